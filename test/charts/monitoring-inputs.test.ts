import { makeDashboardInput, makeRuleInput } from '../../lib/charts/monitoring-inputs';
import type { MonitoredEnvironment } from '../../lib/platform/environment';
import { staging } from '../support/environments/staging';
import { operatorMonitoring } from '../support/operated';
import { shop, shopTest } from '../support/shop';

function withStores(change: Partial<MonitoredEnvironment<typeof shop>>): MonitoredEnvironment<typeof shop> {
  return { ...shopTest, ...change };
}

test('rules know the objective as a share, and what is backed up', () => {
  const { services, database, sendsSamples } = makeRuleInput(shop, withStores({ database: staging.database }), []);
  expect(services.map(({ workload, objective }) => [workload, objective])).toEqual([['shop-catalog', 0.99]]);
  expect(database).toMatchObject({ kind: 'single', cluster: 'none', backup: { isCopied: false } });
  expect(sendsSamples).toBe(false);
  expect(makeDashboardInput(shop, shopTest).database).toMatchObject({ backup: 'none', cluster: 'none' });
});

test('servers of the cluster watch for a dead switch only if the environment sends its own alerts', () => {
  const monitoring = { ...operatorMonitoring, objectives: { catalog: 99 } };
  const serversOf = (alerts: typeof monitoring.alerts) =>
    makeDashboardInput(shop, { ...shopTest, monitoring: { ...monitoring, alerts } }).servers;
  expect(serversOf(monitoring.alerts)).toMatchObject({ kind: 'shared', deadMansSwitch: 'webhook' });
  expect(serversOf({ kind: 'cluster' })).toMatchObject({ kind: 'shared', deadMansSwitch: 'none' });
  expect(makeDashboardInput(shop, shopTest).servers).toEqual({ kind: 'own' });
});

import { findPrometheusPeer, listAddedDatabaseClients } from '../../lib/charts/environment-connections';
import type { Environment } from '../../lib/platform/environment';
import { staging } from '../support/environments/staging';
import { operatorMonitoring } from '../support/operated';
import { shop, shopTest } from '../support/shop';

const extensions = [
  { target: { kind: 'StatefulSet', name: 'report' }, pod: { calls: ['database'] as const } },
  { target: { kind: 'Deployment', name: 'report' }, pod: { calls: ['database', 'https'] as const } },
  { target: { kind: 'Deployment', name: 'mail' }, pod: { calls: ['smtp'] as const } },
];

test('workloads with additions that call the database log in to it, each once', () => {
  const environment = { ...shopTest, database: staging.database, extensions };
  expect(listAddedDatabaseClients(shop, environment)).toEqual(['report']);
  expect(listAddedDatabaseClients(shop, { ...environment, extensions: [] })).toEqual([]);
});

test('who may log in to a managed database is not ours to state', () => {
  expect(listAddedDatabaseClients(shop, { ...shopTest, extensions })).toEqual([]);
});

test("metrics are collected by the environment's own Prometheus, or by that of the cluster", () => {
  const monitoring = { ...operatorMonitoring, objectives: { catalog: 99 } };
  const operated: Environment<typeof shop> = { ...shopTest, monitoring };
  expect(findPrometheusPeer(shopTest)).toMatchObject({
    namespace: 'shop-test-monitoring',
    podLabels: { app: 'prometheus' },
  });
  expect(findPrometheusPeer(operated)).toMatchObject(operatorMonitoring.prometheus);
});

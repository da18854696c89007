import { OperatorChart, SharedDashboardsChart } from '../../lib/charts/operator-chart';
import type { OperatedEnvironment } from '../../lib/platform/environment';
import { staging } from '../support/environments/staging';
import { idOf, type Manifest } from '../support/manifests';
import { operatorMonitoring } from '../support/operated';
import { shop, shopTest } from '../support/shop';
import { synthesized } from '../support/synth';

const monitoring = { ...operatorMonitoring, priority: 50, objectives: { catalog: 99 } };
const operated: OperatedEnvironment<typeof shop> = { ...shopTest, monitoring };

function objectsOf(environment: OperatedEnvironment<typeof shop>, chart: 'rules' | 'dashboards' = 'rules'): Manifest[] {
  const objects: Manifest[] = [];
  const props = { platform: shop, environment };
  synthesized((scope) => {
    const made =
      chart === 'rules' ? new OperatorChart(scope, 'test', props) : new SharedDashboardsChart(scope, 'test', props);
    objects.push(...made.toJson());
  });
  return objects;
}

test('an environment with servers of its own is refused', () => {
  expect(() =>
    synthesized((scope) => new OperatorChart(scope, 'test', { platform: shop, environment: shopTest })),
  ).toThrow(
    'test.monitoring.kind: "bundled": is not monitored by an operator; state operator, or make no OperatorChart',
  );
});

test('every object has the labels by which the operator selects it', () => {
  const objects = objectsOf(operated);
  expect(objects.length).toBeGreaterThan(5);
  for (const { metadata } of objects) expect(metadata.labels).toMatchObject(monitoring.labels);
});

test('alerts that the cluster sends itself need no receivers', () => {
  const sent = (alerts: typeof monitoring.alerts) =>
    objectsOf({ ...operated, monitoring: { ...monitoring, alerts } }).filter(
      ({ kind }) => kind === 'AlertmanagerConfig',
    );
  expect([sent(monitoring.alerts).length, sent({ kind: 'cluster' }).length]).toEqual([1, 0]);
});

test('dashboards are ConfigMaps, with the Loki of the environment if it keeps logs; none where none are shown', () => {
  const ids = (change: Partial<OperatedEnvironment<typeof shop>>) =>
    objectsOf({ ...operated, ...change }, 'dashboards').map(idOf);
  expect(ids({})).not.toContain('ConfigMap/loki-data-source');
  expect(ids({ logs: staging.logs })).toContain('ConfigMap/loki-data-source');
  expect(ids({ monitoring: { ...monitoring, dashboards: { kind: 'none' } } })).toEqual([]);
});

import type { Dashboard } from '../../../../lib/constructs/monitoring/dashboards/dashboard';
import { buildDashboards, type DashboardInput } from '../../../../lib/constructs/monitoring/dashboards/dashboards';
import { makeRuleGroups } from '../../../../lib/constructs/monitoring/rules/rule-groups';
import { recordedSeries, seriesType } from './exported';
import { selectors } from './promql';
import { selectorsOf } from './query-rules';
import { rules } from './rules';
import { asGrafana, input, panelsOf, platformDashboards, targetsOf, variableSeries } from './support';

const built = platformDashboards();

describe.each(Object.entries(rules))('%s', (_name, rule) => {
  test.each(built.map((dashboard) => [dashboard.uid, dashboard] as const))('%s', (_uid, dashboard) => {
    expect(rule(dashboard)).toEqual([]);
  });
});

describe.each(['envoy-gateway', 'nginx-gateway-fabric'] as const)('the overview behind %s', (gateway) => {
  const overview = buildDashboards({ ...input, gateway })
    .map(asGrafana)
    .filter(({ uid }) => uid === 'platform-overview');

  test.each(Object.entries(rules))('%s', (_name, rule) => {
    expect(overview.flatMap((dashboard) => rule(dashboard))).toEqual([]);
  });

  test('has a row of what its proxies see', () => {
    const titles = overview.flatMap(({ panels }) =>
      panels.filter(({ type }) => type === 'row').map(({ title }) => title),
    );
    expect(titles).toContain('Gateway');
    expect(built.flatMap(({ panels }) => panels).map(({ title }) => title)).not.toContain('Gateway');
  });
});

/** A service that is added brings queries and series of its own. */
test.each([
  ['platform-overview', { panels: 28, queries: 28, series: 37 }],
  ['service-overview', { panels: 23, queries: 36, series: 66 }],
  ['postgres-overview', { panels: 29, queries: 37, series: 48 }],
  ['redis-overview', { panels: 26, queries: 32, series: 43 }],
  ['nodes-overview', { panels: 19, queries: 22, series: 32 }],
])('the rules saw at least the panels, queries and series of %s', (uid, { panels, queries, series }) => {
  const [dashboard] = built.filter((each) => each.uid === uid);
  if (dashboard === undefined) throw new Error(`there is no dashboard ${uid}`);
  expect(panelsOf(dashboard).length).toBeGreaterThanOrEqual(panels);
  expect(targetsOf(dashboard).length).toBeGreaterThanOrEqual(queries);
  expect(selectorsOf(dashboard).length).toBeGreaterThanOrEqual(series);
});

test('the recorded series are those that rules record', () => {
  const recorded = makeRuleGroups({
    ...input,
    namespace: 'veza-test',
    monitoringNamespace: 'veza-test-monitoring',
    logsNamespace: 'veza-test-logs',
    addOns: [],
    sendsSamples: true,
    certificateNamespaces: ['veza-test'],
    jobs: [],
    runbookBaseUrl: 'https://runbooks.veza.app',
  }).flatMap(({ rules }) => rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));
  expect(recordedSeries.filter((name) => !recorded.includes(name))).toEqual([]);
});

test('a deploy is marked on the graphs of the platform and of its services', () => {
  const marks = built.flatMap(({ uid, annotations }) =>
    annotations.list.filter(({ name }) => name === 'Deploys').map((mark) => ({ uid, ...mark })),
  );
  expect(marks.map(({ uid }) => uid)).toEqual(['platform-overview', 'service-overview']);
  for (const { expr = '', enable, datasource, titleFormat = '' } of marks) {
    expect({ enable, uid: datasource.uid }).toEqual({ enable: true, uid: '$datasource' });
    const read = selectors(expr);
    expect(read.length).toBeGreaterThan(1);
    for (const { metric, labels } of read) expect(seriesType(labels.job ?? '', metric)).toBe('gauge');
    const named = [...titleFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
    expect(named).toEqual(['container']);
  }
});

test('the overview begins with the names of the alerts that fire, whichever there are', () => {
  const [overview] = built;
  const [title, first] = overview?.panels ?? [];
  expect(title?.type).toBe('row');
  expect(first?.gridPos).toEqual({ x: 0, y: 1, w: 24, h: 5 });
  expect(first?.targets?.map(({ legendFormat }) => legendFormat)).toEqual(['{{alertname}} ({{severity}})']);
  expect(first).toMatchObject({
    type: 'stat',
    options: { textMode: 'value_and_name' },
    fieldConfig: { defaults: { noValue: 'No alert is firing' } },
  });
});

test('a dashboard is plain JSON, the same each time, and fits into a ConfigMap that kubectl applies', () => {
  for (const { json, uid, title } of buildDashboards(input)) {
    const text = JSON.stringify(json, null, 1);
    expect(json).toStrictEqual(JSON.parse(text));
    expect(json).toMatchObject({ uid, title });
    expect(Buffer.byteLength(text)).toBeLessThan(200 * 1024);
  }
  expect(buildDashboards(input)).toStrictEqual(buildDashboards(input));
  expect(new Set(built.map(({ uid }) => uid)).size).toBe(built.length);
});

test('the dashboard of services follows their contracts', () => {
  const [api] = input.services;
  if (api === undefined) throw new Error('no service');
  const { metrics } = api.contract;
  const search = {
    ...api,
    workload: 'veza-search',
    contract: {
      ...api.contract,
      metrics: {
        ...metrics,
        indicator: { kind: 'requests', counter: 'searches_total', failed: { label: 'outcome', pattern: 'error' } },
      },
    },
  } as const;
  const queriesOf = (services: DashboardInput['services'], title: string) => {
    const [, service] = buildDashboards({ ...input, services }).map(asGrafana);
    const panel = service?.panels.find((candidate) => candidate.title === title);
    return panel?.targets?.map(({ legendFormat, expr }) => [legendFormat, expr]);
  };
  const pods = 'job="$service", namespace="$environment", pod=~"$pod"';
  const requests = `sum by (status) (rate(http_requests_total{${pods}}[$__rate_interval]))`;
  const searches = `sum by (outcome) (rate(searches_total{${pods}}[$__rate_interval]))`;
  expect(queriesOf([api], 'Traffic')).toEqual([['{{status}}', requests]]);
  expect(queriesOf([api, search], 'Traffic')).toEqual([
    ['{{status}}', requests],
    ['{{outcome}}', searches],
  ]);
  expect(queriesOf([api, search], 'Traffic by pod')).toEqual([
    ['{{pod}}', `${requests.replace('status', 'pod')} or ${searches.replace('outcome', 'pod')}`],
  ]);
  expect(queriesOf([api], 'Gauges')).toBeUndefined();
});

test.each(input.services.map((service) => [service.workload, service]))(
  'a platform of %s alone keeps the rules',
  (_name, service) => {
    const alone = buildDashboards({ ...input, services: [service] }).map(asGrafana);
    expect(Object.values(rules).flatMap((rule) => alone.flatMap(rule))).toEqual([]);
  },
);

test('without logs no dashboard has a row, a panel or a variable of them', () => {
  const found = buildDashboards({ ...input, logs: 'none' });
  expect(JSON.stringify(found)).not.toMatch(/loki|log_collected|"logs"/);
  expect(Object.values(rules).flatMap((rule) => found.map(asGrafana).flatMap(rule))).toEqual([]);
});

test('managed stores have no dashboard and no panel', () => {
  const managed: DashboardInput = {
    ...input,
    database: { kind: 'managed', name: 'veza_test', backup: 'none', cluster: 'none' },
    cache: { kind: 'managed' },
  };
  const found = buildDashboards(managed);
  expect(found.map(({ uid }) => uid)).toEqual(['platform-overview', 'service-overview', 'nodes-overview']);
  expect(JSON.stringify(found)).not.toMatch(/pg_|redis_|postgres_backup/);
  expect(Object.values(rules).flatMap((rule) => found.map(asGrafana).flatMap(rule))).toEqual([]);
});

describe('in a Grafana that others share', () => {
  const servers = { kind: 'shared', environment: 'test', namespace: 'veza-test', deadMansSwitch: 'none' } as const;
  const shared = buildDashboards({ ...input, servers });
  const of = (list: readonly Dashboard[]) => list.map(asGrafana);

  test('dashboards have names of their own, and lead only to each other', () => {
    const others = buildDashboards({
      ...input,
      servers: { ...servers, environment: 'other', namespace: 'veza-other' },
    });
    const all = [...buildDashboards(input), ...shared, ...others];
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    // Grafana takes no longer one.
    expect(all.filter(({ uid }) => uid.length > 40)).toEqual([]);
    expect(shared.every(({ json }) => JSON.stringify(json).includes('"tags":["veza-test"]'))).toBe(true);
  });

  test('they are those of the environment, without the nodes', () => {
    const titles = buildDashboards(input).map(({ title }) => title);
    expect(shared.map(({ title }) => title)).toEqual(
      titles.filter((title) => title !== 'Nodes').map((title) => `${title} (test)`),
    );
  });

  test('every query is about the environment, and containers are found in the job of the kubelet', () => {
    const queries = of(shared).flatMap((one) => [...targetsOf(one).map(({ expr }) => expr), ...variableSeries(one)]);
    const ofAny = queries.flatMap(selectors).filter(({ matched }) => !matched.includes('namespace'));
    expect(ofAny).toEqual([]);
    const containers = of(shared)
      .flatMap(selectorsOf)
      .filter(({ metric }) => metric.startsWith('container_'));
    expect(containers.length).toBeGreaterThan(3);
    for (const { labels } of containers) {
      expect(labels).toMatchObject({ job: 'kubelet', metrics_path: '/metrics/cadvisor' });
    }
  });
});

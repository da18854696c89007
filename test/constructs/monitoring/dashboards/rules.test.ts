import { rules } from './rules';
import { type GrafanaDashboard, type Panel, panelsOf, platformDashboards, type Variable } from './support';

/** One breach for each rule, made in a good dashboard. */
const breaches: Record<keyof typeof rules, (dashboard: GrafanaDashboard) => GrafanaDashboard> = {
  'cannot be edited': (good) => ({ ...good, editable: true }),
  'has a title and a description': (good) => ({ ...good, description: '' }),
  'lets the reader choose the data source': (good) => withVariables(good, ([, ...others]) => others),
  'asks the chosen data source': (good) => withPanel(good, { datasource: { uid: 'prometheus' } }),
  'reloads variables with the time range': (good) =>
    withVariables(good, (list) => list.map((variable) => ({ ...variable, refresh: 1 }))),
  'has a title, a description and a unit on every panel': (good) =>
    withPanel(good, { fieldConfig: { defaults: { unit: 'percentage' } } }),
  'has a query on every panel': (good) => withPanel(good, { targets: [] }),
  'numbers its panels uniquely': (good) => withPanel(good, { id: panelsOf(good)[2]?.id ?? 0 }),
  'names its panels uniquely in a row': (good) => withPanel(good, { title: panelsOf(good)[2]?.title ?? '' }),
  'fills the grid without overlap': (good) => withPanel(good, { gridPos: { x: 4, y: 1, w: 4, h: 5 } }),
  'is PromQL that reads what is exported or recorded': (good) => withQuery(good, 'pg_slow_queries{job="postgres"}'),
  'takes the rate of counters only, and always': (good) =>
    withQuery(good, 'rate(pg_stat_activity_max_tx_duration{job="postgres"}[$__rate_interval])'),
  'takes rates over $__rate_interval': (good) =>
    withQuery(good, 'rate(pg_stat_database_xact_commit{job="postgres"}[5m])'),
  'names in legends only labels that are left': (good) => withQuery(good, 'sum by (node) (up)'),
  'defines the variables that it uses, and uses those that it defines': (good) => withQuery(good, 'up{pod="$replica"}'),
};

test.each(Object.entries(rules))('%s: a breach is found, and nothing else', (name, rule) => {
  const [good] = platformDashboards();
  if (good === undefined) throw new Error('no dashboard');
  const bad = breaches[name]?.(good) ?? good;
  expect(rule(bad)).not.toEqual([]);
  expect(rule(good)).toEqual([]);
});

test.each(['sum(up', 'up{job=}', 'rate(up[5m)', 'up and', ''])('%j is no PromQL', (expr) => {
  const [good] = platformDashboards();
  if (good === undefined) throw new Error('no dashboard');
  expect(() => rules['is PromQL that reads what is exported or recorded']?.(withQuery(good, expr))).toThrow(
    'no PromQL',
  );
});

test.each([
  ['a counter without its rate', 'pg_stat_database_xact_commit{job="postgres"}'],
  ['buckets without their rate', 'http_request_duration_seconds_bucket{job="$service"}'],
  ['the rate of what rules recorded', 'rate(service:sli_events:rate5m[$__rate_interval])'],
])('%s is found', (_name, expr) => {
  const [good] = platformDashboards();
  if (good === undefined) throw new Error('no dashboard');
  expect(rules['takes the rate of counters only, and always']?.(withQuery(good, expr))).toHaveLength(1);
});

/** The dashboard with something else in its second panel, the first that has others in its row. */
function withPanel(dashboard: GrafanaDashboard, change: Partial<Panel>): GrafanaDashboard {
  const [, second] = panelsOf(dashboard);
  return {
    ...dashboard,
    panels: dashboard.panels.map((panel) => (panel === second ? { ...panel, ...change } : panel)),
  };
}

function withQuery(dashboard: GrafanaDashboard, expr: string): GrafanaDashboard {
  const target = { refId: 'A', expr, legendFormat: '{{pod}}', datasource: { uid: '$datasource' } };
  return withPanel(dashboard, { targets: [target] });
}

function withVariables(
  dashboard: GrafanaDashboard,
  change: (list: readonly Variable[]) => readonly Variable[],
): GrafanaDashboard {
  return { ...dashboard, templating: { list: change(dashboard.templating.list) } };
}

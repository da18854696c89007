import type { RuleGroup } from '../../../../lib/constructs/monitoring/rules/rule';
import { makeRuleGroups } from '../../../../lib/constructs/monitoring/rules/rule-groups';
import { ownSeries, seriesType } from '../dashboards/exported';
import { type Selector, selectors } from '../dashboards/promql';
import { alertingRules } from './alerting-rules';
import { allGroups, everything } from './rule-inputs';

const groups = allGroups;
const rules = groups.flatMap((group) => group.rules);
const alerts = alertingRules(groups);

test('the eight alerts of the guide are there under their names', () => {
  const guide = [
    'ServiceDown',
    'HighResponseTime',
    'HighErrorRate',
    'DatabaseSlowQueries',
    'DatabaseConnectionsHigh',
    'HighMemoryUsage',
    'HighCPUUsage',
    'DiskSpaceFilling',
  ];
  const names = alerts.map(({ alert }) => alert);
  expect(guide.filter((name) => !names.includes(name))).toEqual([]);
});

test('only what is worth waking up for pages', () => {
  const critical = alerts.filter(({ labels }) => labels.severity === 'critical').map(({ alert }) => alert);
  expect([...new Set(critical)].sort()).toEqual([
    'AlertmanagerNotificationsFailing',
    'BackupCopyTooOld',
    'BackupTooOld',
    'CertificateExpiring',
    'DatabaseBaseBackupTooOld',
    'DatabaseDown',
    'DatabaseNotSynchronous',
    'DatabaseWalNotArchived',
    'ErrorBudgetBurn',
    'HostUnreachable',
    'NoTraffic',
    'PanicLogged',
    'PrometheusRulesFailing',
    'PrometheusWithoutAlertmanager',
    'ServiceDown',
    'TargetsMissing',
    'VolumeFilling',
    'VolumeFullSoon',
  ]);
});

test('every alert has a link to its runbook, and words of its own', () => {
  expect(alerts.length).toBeGreaterThan(50);
  for (const { alert, annotations } of alerts)
    expect(annotations.runbook_url).toBe(`https://example.com/runbooks/${alert}.md`);
  const texts = alerts.map(({ labels, annotations }) =>
    JSON.stringify([labels, annotations.summary, annotations.description]),
  );
  expect(new Set(texts).size).toBe(alerts.length);
});

test('a value is printed in its unit', () => {
  const formats = ['humanizePercentage', 'humanizeDuration', 'humanize1024', 'humanize', 'printf'];
  const printed = alerts.flatMap(
    ({ annotations }) => annotations.description.match(/\{\{[^}]*\$value[^}]*\}\}/g) ?? [],
  );
  expect(printed.length).toBeGreaterThan(20);
  expect(printed.filter((text) => !formats.some((format) => new RegExp(`\\b${format}\\b`).test(text)))).toEqual([]);
});

test('every rule reads only what its job exports or another rule records', () => {
  const read = rules.flatMap(({ expr }) => selectors(expr));
  expect(read.length).toBeGreaterThan(100);
  expect(read.flatMap(unknown)).toEqual([]);
});

test('every rate is that of a counter', () => {
  const rates = rules
    .flatMap(({ expr }) => selectors(expr))
    .filter(({ rangeFunction }) => rangeFunction === 'rate' || rangeFunction === 'increase');
  expect(rates.length).toBeGreaterThan(20);
  expect(rates.filter((selector) => typeOf(selector) !== 'counter')).toEqual([]);
});

test('every rule reads series of its own environment, since a Prometheus may watch several', () => {
  const ofCluster = ['node-exporter', 'kubelet', 'cadvisor'];
  const read = groups.filter(({ name }) => name !== 'nodes').flatMap(({ rules }) => rules.map(({ expr }) => expr));
  const ofAny = read
    .flatMap(selectors)
    .filter(({ matched }) => !matched.includes('namespace') && !matched.includes('exported_namespace'))
    .filter(({ labels: { job = '' } }) => !ofCluster.includes(job));
  expect(ofAny).toEqual([]);
});

test('recorded series have one namespace and one job each', () => {
  const recorded = rules.flatMap((rule) => ('record' in rule ? [`${rule.record} ${JSON.stringify(rule.labels)}`] : []));
  expect(new Set(recorded).size).toBe(recorded.length);
  const ofServices = everything.services.map(
    ({ workload }) => recorded.filter((series) => series.includes(`"${workload}"`)).length,
  );
  expect(Math.min(...ofServices)).toBeGreaterThan(0);
});

test('managed stores have no alerts', () => {
  const managed = makeRuleGroups({
    ...everything,
    database: { kind: 'managed', name: 'veza_production', backup: 'none', cluster: 'none' },
    cache: { kind: 'managed' },
    jobs: everything.jobs.filter(
      ({ name }) => !['postgres', 'postgres-cluster', 'postgres-backup-store', 'redis'].includes(name),
    ),
  });
  const stores = (group: RuleGroup) => group.rules.filter(({ expr }) => /pg_|redis_|postgres|job="redis"/.test(expr));
  expect(groups.flatMap(stores).length).toBeGreaterThan(10);
  expect(managed.flatMap(stores)).toEqual([]);
});

test('without a cert-manager to ask there is no alert on what it says', () => {
  const jobs = everything.jobs.filter(({ name }) => name !== 'cert-manager');
  const names = (input: typeof everything) => alertingRules(makeRuleGroups(input)).map(({ alert }) => alert);
  expect(names(everything)).toContain('CertificateNotReady');
  expect(names({ ...everything, jobs })).not.toContain('CertificateNotReady');
});

test('an objective that was computed is written as it was meant', () => {
  const services = everything.services.map((service) => ({ ...service, objective: 99.9 / 100 }));
  const [group] = makeRuleGroups({ ...everything, services });
  expect(group?.rules[0]).toEqual({
    record: 'service:slo_objective:ratio',
    labels: { namespace: 'veza-production', job: 'veza-backend-api' },
    expr: 'vector(0.999)',
  });
});

function unknown(selector: Selector): string[] {
  const { metric, labels } = selector;
  const recorded = rules.some((rule) => 'record' in rule && rule.record === metric);
  if (ownSeries.includes(metric) || recorded || typeOf(selector) !== undefined) return [];
  return [`job ${labels.job} exports no ${metric}`];
}

function typeOf({ metric, labels: { job = '' } }: Selector): string | undefined {
  const service = everything.services.find(({ workload }) => workload === job);
  if (service === undefined) return seriesType(job, metric);
  const type = service.contract.metrics.exports[metric]?.type;
  const whole = service.contract.metrics.exports[metric.replace(/_(bucket|sum|count)$/, '')]?.type;
  return type ?? (whole === 'histogram' ? 'counter' : undefined);
}

describe('servers that others share', () => {
  const servers = {
    kind: 'shared',
    environment: 'production',
    namespace: 'veza-production',
    deadMansSwitch: 'webhook',
  } as const;
  const labels = { environment: 'production', namespace: 'veza-production' };
  const shared = makeRuleGroups({ ...everything, servers });
  const own = makeRuleGroups(everything);

  test('have the same rules about the environment, word for word, and the labels of the environment on each', () => {
    const ofServers = ['nodes', 'prometheus', 'remote-write', 'alertmanager'];
    const expected = own.filter(({ name }) => !ofServers.includes(name)).map((group) => ({ ...group, labels }));
    expect(shared).toStrictEqual(expected);
    expect(own.length - shared.length).toBe(ofServers.length);
  });

  test('notify the dead man switch only if there is one', () => {
    const without = makeRuleGroups({ ...everything, servers: { ...servers, deadMansSwitch: 'none' } });
    expect(shared.filter((group) => !without.some(({ name }) => name === group.name)).map(({ name }) => name)).toEqual([
      'watchdog',
    ]);
  });
});

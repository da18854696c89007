import { exporters } from '../../lib/lint/monitoring/exporters';
import { readMetricNames } from '../../lib/lint/monitoring/promql';
import type { MonitoringContext } from '../../lib/lint/rule';
import { ManifestSet } from '../../lib/manifests/manifest-set';
import { expectCommitted } from '../support/golden';
import { type Change, findingsAfter, put } from './changes';
import { exportedMetricsFile } from './exported-metrics';
import { fixture } from './fixtures';

const monitoring: MonitoringContext = {
  exporters: [
    {
      program: /watch\/api:/,
      metrics: { counter: ['http_requests_total'], histogram: ['http_request_duration_seconds'] },
      families: ['http_'],
    },
  ],
  runbooks: ['slow', 'target-down', 'connections'],
};

const groups = new Set(['scrape-jobs', 'rule-files', 'credential-files', 'exported-metrics', 'alert-annotations']);

function findings(changes: readonly Change[] = [], knowledge = monitoring): string[] {
  const all = findingsAfter(changes, { monitoring: knowledge }, 'monitoring.yaml');
  return all.filter((finding) => groups.has(finding.split(' ')[0] ?? ''));
}

/** Replaces some text of a file. */
function edit(configMap: string, file: string, from: string, to: string): Change {
  const id = `watch ConfigMap/${configMap}`;
  return (objects) => {
    const before = new ManifestSet(objects).find('ConfigMap', 'watch', configMap)?.text('data', file) ?? '';
    if (!before.includes(from)) throw new Error(`${file} has no "${from}"`);
    put(id, `/data/${file}`, before.replace(from, to))(objects);
  };
}

test('the metrics of exporters are those of the lists', () => {
  expectCommitted(exportedMetricsFile());
});

test('what is well monitored has no finding', () => {
  expect(fixture('monitoring.yaml')).toHaveLength(8);
  expect(findings()).toEqual([]);
});

describe('scrape-jobs', () => {
  test('a job that keeps no port', () => {
    expect(findings([edit('prometheus', 'prometheus.yml', 'regex: metrics', 'regex: metric')])).toEqual([
      'scrape-jobs | watch ConfigMap/prometheus: data[prometheus.yml].scrape_configs[pods]: the job finds no pod',
      'exported-metrics | watch ConfigMap/prometheus: data[rules-api.yml].groups[0].rules[0].expr: nothing that is scraped exports http_requests_total, and no rule records it',
      'exported-metrics | watch ConfigMap/prometheus: data[rules-api.yml].groups[0].rules[1].expr: nothing that is scraped exports http_request_duration_seconds_bucket, and no rule records it',
      'exported-metrics | watch ConfigMap/prometheus: data[rules-database.yml].groups[0].rules[0].expr: nothing that is scraped exports pg_stat_activity_count, and no rule records it',
      'exported-metrics | watch ConfigMap/prometheus: data[rules-database.yml].groups[0].rules[0].expr: nothing that is scraped exports pg_settings_max_connections, and no rule records it',
      'exported-metrics | watch ConfigMap/dashboards: data[api.json].panels[0].panels[0].targets[0].expr: nothing that is scraped exports http_requests_total, and no rule records it',
      'exported-metrics | watch ConfigMap/dashboards: data[api.json].templating.list[0].query: nothing that is scraped exports http_requests_total, and no rule records it',
    ]);
  });

  test('a target that is no Service', () => {
    expect(findings([edit('prometheus', 'prometheus.yml', '[localhost:9090]', '[redis-exporter:9121]')])).toEqual([
      'scrape-jobs | watch ConfigMap/prometheus: data[prometheus.yml].scrape_configs[prometheus].static_configs[0].targets[0]: "redis-exporter:9121" is not a port of a Service whose pods expose it',
    ]);
  });

  test('an Alertmanager on another port', () => {
    expect(findings([edit('prometheus', 'prometheus.yml', 'alertmanager:9093', 'alertmanager:9094')])).toEqual([
      'scrape-jobs | watch ConfigMap/prometheus: data[prometheus.yml].alerting.alertmanagers[0].static_configs[0].targets[0]: "alertmanager:9094" is not a port of a Service whose pods expose it',
    ]);
  });
});

test('the jobs of Promtail are none of Prometheus', () => {
  const job =
    'scrape_configs: [{ job_name: none, kubernetes_sd_configs: [{ role: pod, namespaces: { names: [watch] } }], relabel_configs: [{ action: keep, source_labels: [__meta_kubernetes_pod_name], regex: none }] }]\n';
  const other = (text: string) => findings([put('watch ConfigMap/prometheus', '/data/other.yml', text)]);
  expect(other(job)).toEqual([expect.stringContaining('the job finds no pod')]);
  expect(other(`clients: [{ url: "http://loki:3100" }]\n${job}`)).toEqual([]);
});

describe('rule-files', () => {
  test('a pattern that matches no file', () => {
    expect(findings([edit('prometheus', 'prometheus.yml', 'rules-*.yml', 'alerts-*.yml')])).toEqual([
      'rule-files | watch ConfigMap/prometheus: data[prometheus.yml].rule_files[0]: no rule file is called alerts-*.yml (there is prometheus.yml, rules-api.yml, rules-database.yml, api.json)',
    ]);
  });
});

describe('credential-files', () => {
  const groupsBefore = 'scrape_configs:';
  const remoteWrite = (path: string) =>
    edit(
      'prometheus',
      'prometheus.yml',
      groupsBefore,
      `remote_write:\n  - basic_auth: { password_file: ${path} }\n${groupsBefore}`,
    );

  test('a file that the mounted ConfigMap does not have', () => {
    expect(findings([remoteWrite('/etc/prometheus/password')])).toEqual([
      'credential-files | watch ConfigMap/prometheus: data[prometheus.yml].remote_write[0].basic_auth.password_file: volume "config" of watch Deployment/prometheus has no file "password" (it has prometheus.yml, rules-api.yml, rules-database.yml)',
    ]);
  });

  test('a file below no mount', () => {
    expect(findings([remoteWrite('/etc/secrets/password')])).toEqual([
      'credential-files | watch ConfigMap/prometheus: data[prometheus.yml].remote_write[0].basic_auth.password_file: no volume of container prometheus in watch Deployment/prometheus is mounted at /etc/secrets/password',
    ]);
  });

  test('a file that a sidecar beside the program lacks', () => {
    const sidecar: Change = put('watch Deployment/prometheus', '/spec/template/spec/initContainers', [
      {
        name: 'reloader',
        image: 'example.org/reloader:1',
        restartPolicy: 'Always',
        volumeMounts: [{ name: 'config', mountPath: '/watched' }],
      },
    ]);
    expect(findings([remoteWrite('/etc/prometheus/rules-api.yml'), sidecar])).toEqual([]);
    expect(findings([remoteWrite('/etc/prometheus/password'), sidecar])).toHaveLength(1);
  });

  test.each(['/etc/prometheus/prometheus.yml', '/etc/ssl/certs/ca-certificates.crt', 'password'])(
    'a file that is there, or may be: %s',
    (path) => expect(findings([remoteWrite(path)])).toEqual([]),
  );
});

describe('exported-metrics', () => {
  test('where any pod with an annotation is scraped', () => {
    const job = `  - job_name: annotated
    kubernetes_sd_configs: [{ role: pod }]
    relabel_configs: [{ action: keep, source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape], regex: 'true' }]
`;
    const open = edit('prometheus', 'prometheus.yml', 'scrape_configs:\n', `scrape_configs:\n${job}`);
    const metric = (name: string) => edit('prometheus', 'rules-database.yml', 'pg_stat_activity_count', name);
    expect(findings([metric('redis_memory_used_bytes')])).toHaveLength(1);
    // An exporter in another set may export it, but not what one in this set would export.
    expect(findings([open, metric('redis_memory_used_bytes')])).toEqual([]);
    expect(findings([open, metric('pg_activity_count')])).toHaveLength(1);
  });

  test('an alert on a metric that nothing exports', () => {
    expect(findings([edit('prometheus', 'rules-database.yml', 'pg_stat_activity_count', 'pg_activity_count')])).toEqual(
      [
        'exported-metrics | watch ConfigMap/prometheus: data[rules-database.yml].groups[0].rules[0].expr: nothing that is scraped exports pg_activity_count, and no rule records it',
      ],
    );
  });

  test('a metric that an exporter has on other machines only', () => {
    const expressions = ['pg_stat_user_tables_n_dead_tup', 'pg_stat_progress_vacuum_phase', 'pg_wal_segments'];
    const changes = expressions.map((name) =>
      findings([edit('prometheus', 'rules-database.yml', 'pg_stat_activity_count', name)]),
    );
    expect(changes.flat()).toEqual([]);
    const nodeMetrics = new Set(exporters.find(({ program }) => program.test('node-exporter'))?.metrics?.gauge);
    for (const name of ['node_hwmon_temp_celsius', 'node_md_disks', 'node_bonding_active']) {
      expect(nodeMetrics).toContain(name);
    }
  });

  test('a metric of an exporter that is not scraped', () => {
    expect(
      findings([edit('prometheus', 'rules-database.yml', 'pg_stat_activity_count', 'redis_memory_used_bytes')]),
    ).toEqual([
      'exported-metrics | watch ConfigMap/prometheus: data[rules-database.yml].groups[0].rules[0].expr: nothing that is scraped exports redis_memory_used_bytes, and no rule records it',
    ]);
  });

  test('a histogram without its ending', () => {
    expect(findings([edit('prometheus', 'rules-api.yml', '_seconds_bucket', '_seconds')])).toEqual([
      'exported-metrics | watch ConfigMap/prometheus: data[rules-api.yml].groups[0].rules[1].expr: nothing that is scraped exports http_request_duration_seconds, and no rule records it',
    ]);
  });

  test('a record of another name', () => {
    expect(
      findings([edit('prometheus', 'rules-api.yml', 'record: job:requests:rate5m', 'record: job:requests:rate1m')]),
    ).toEqual([
      'exported-metrics | watch ConfigMap/prometheus: data[rules-api.yml].groups[0].rules[1].expr: nothing that is scraped exports job:requests:rate5m, and no rule records it',
    ]);
  });

  test('a panel and a variable of a dashboard', () => {
    expect(
      findings([edit('dashboards', 'api.json', 'label_values(http_requests_total', 'label_values(http_request_total')]),
    ).toEqual([
      'exported-metrics | watch ConfigMap/dashboards: data[api.json].templating.list[0].query: nothing that is scraped exports http_request_total, and no rule records it',
    ]);
    expect(findings([edit('dashboards', 'api.json', 'rate(http_requests_total', 'rate(http_request_total')])).toEqual([
      'exported-metrics | watch ConfigMap/dashboards: data[api.json].panels[0].panels[0].targets[0].expr: nothing that is scraped exports http_request_total, and no rule records it',
    ]);
  });

  test('a target of which nothing is known may export anything but what is known to be another program', () => {
    const nothingKnown = { ...monitoring, exporters: [] };
    expect(findings([], nothingKnown)).toEqual([]);
    expect(findings([edit('prometheus', 'rules-api.yml', 'up == 0', 'redis_up == 0')], nothingKnown)).toEqual([
      'exported-metrics | watch ConfigMap/prometheus: data[rules-api.yml].groups[0].rules[2].expr: nothing that is scraped exports redis_up, and no rule records it',
    ]);
  });
});

describe('alert-annotations', () => {
  test('an alert without a severity', () => {
    expect(findings([edit('prometheus', 'rules-database.yml', 'severity', 'level')])).toEqual([
      'alert-annotations | watch ConfigMap/prometheus: data[rules-database.yml].groups[0].rules[0].labels.severity: alert TooManyConnections has no severity',
    ]);
  });

  test('an alert without a summary, a description and a runbook', () => {
    expect(findings([edit('prometheus', 'rules-database.yml', 'annotations:', 'notes:')])).toEqual([
      'alert-annotations | watch ConfigMap/prometheus: data[rules-database.yml].groups[0].rules[0].annotations.summary: alert TooManyConnections has no summary',
      'alert-annotations | watch ConfigMap/prometheus: data[rules-database.yml].groups[0].rules[0].annotations.description: alert TooManyConnections has no description',
      'alert-annotations | watch ConfigMap/prometheus: data[rules-database.yml].groups[0].rules[0].annotations.runbook_url: alert TooManyConnections has no runbook_url',
    ]);
  });

  test('a runbook that does not exist', () => {
    expect(findings([edit('prometheus', 'rules-api.yml', 'slow.md', 'slowness.md')])).toEqual([
      'alert-annotations | watch ConfigMap/prometheus: data[rules-api.yml].groups[0].rules[1].annotations.runbook_url: there is no runbook "slowness"',
    ]);
  });
});

test.each([
  ['up', ['up']],
  ['rate(a_total[5m]) / on (job) group_left (node) b > bool 5', ['a_total', 'b']],
  ['sum by (job, le) (rate(a_bucket{le="0.3",path=~"x|y{2}"}[5m] offset 1h))', ['a_bucket']],
  ['a{x="and(b)"} and -c unless d @ end()', ['a', 'c', 'd']],
  ['label_replace(a, "x", "$1", "y", "(.*)")', ['a']],
  ['predict_linear(a[6h:1m], 4 * 3600) < 1e3 or vector(0)', ['a']],
  ['max_over_time(job:a:rate5m[$__range]) * Inf', ['job:a:rate5m']],
  ['a # and b\n + c', ['a', 'c']],
  ['{app="x"} |= "error" | json', []],
  ['sum(count_values("version", a)) without (instance) > 0', ['a']],
  ['{__name__="a", x="y"} / {"b.c"}', ['a', 'b.c']],
  ['sum by ($grouping, job) (a) > $limit', ['a']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana.
  ["rate($metric[5m]) + rate(a_${kind}_total[5m]) + b{x=~'$x'}", ['b']],
  ['topk(5, [[metric]]{a="b"}) or on () b', ['b']],
  ['smallest_by_group + start_time - ending', ['smallest_by_group', 'start_time', 'ending']],
  ['a{x="it\\"s } b"}', ['a']],
  [`a{x='b="', y="c"} + d`, ['a', 'd']],
  ['{__name__ = "a", y = `b`} + {"c.d", y != "e"}', ['a', 'c.d']],
  ['a{x="# no comment"} + b # "a comment\n + c{x="d"}', ['a', 'b', 'c']],
  ['a{x="no\nliteral"}', []],
  ['a # x=`\n + c{y=`d`}', ['a', 'c']],
  ['a and on (x) b or{x="y"} unless and', ['a', 'b', 'and']],
  ['(a)and"b"or[1]unless c', []],
  ['sum(a)and(b)', ['a', 'b']],
  ['and{x="y"} + or / unless', ['and', 'or', 'unless']],
  ['a and# b\nc', ['a', 'c']],
  ['a[5m:1m] and 5m:b', []],
  ['', []],
])('the metrics of %s', (expression, names) => {
  expect(readMetricNames(expression, () => true)).toEqual(names);
  for (const name of names) expect(readMetricNames(expression, (each) => each === name)).toEqual([name]);
  expect(readMetricNames(expression, (each) => each === 'z')).toEqual([]);
});

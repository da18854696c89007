import { recordedSeries, seriesType } from './exported';
import { selectorsOf } from './query-rules';
import { input, platformDashboards } from './support';

/** A series of a promtool test: its labels, and its values in promtool's notation. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

type Labels = Readonly<Record<string, string>>;

/** The namespace of the environment of `input`. */
export const namespace = 'veza-test';

/** An hour at one sample in 30 seconds: a counter that counts one a second, a gauge that stays at one. */
const values = { counter: '0+30x120', gauge: '1x120' } as const;

/** Gauges that are not all one: of connections, some must be left after those that are kept back. */
const otherValues: Readonly<Record<string, string>> = { pg_settings_max_connections: '100x120' };

const services = input.services.map(({ workload }) => workload);
const database = { datname: 'veza_test' };

/** Containers that kube-state-metrics and cadvisor report. */
const containers = [
  ...input.services.map(({ contract, workload }) => ({ pod: `${workload}-a`, container: contract.name })),
  { pod: 'postgres-0', container: 'postgres' },
  { pod: 'redis-0', container: 'redis' },
];

/** Labels besides those of the target, by the start of the metric's name; the first that fits. */
const ownLabels: readonly (readonly [start: string, labels: readonly Labels[]])[] = [
  [
    'pg_stat_activity',
    [
      { ...database, state: 'active', usename: 'veza_user' },
      { ...database, state: 'idle' },
    ],
  ],
  ['pg_stat_database', [database, { datname: 'template1' }]],
  ['pg_database', [database]],
  ['pg_locks', [{ ...database, mode: 'accesssharelock' }]],
  ['redis_commands', [{ cmd: 'get' }, { cmd: 'set' }]],
  ['redis_db_keys', [{ db: 'db0' }]],
  [
    'node_cpu',
    [
      { cpu: '0', mode: 'idle' },
      { cpu: '1', mode: 'idle' },
      { cpu: '0', mode: 'user' },
    ],
  ],
  ['node_filesystem', [{ device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' }]],
  ['node_disk', [{ device: 'sda' }]],
  ['node_network', [{ device: 'eth0' }, { device: 'lo' }]],
  ['probe_', [{ host: 'api.veza.app' }]],
  ['container_', containers.flatMap((of) => [of, { ...of, container: '' }])],
  [
    'kube_pod_container_resource_limits',
    containers.flatMap((of) => [
      { ...of, resource: 'cpu', unit: 'core' },
      { ...of, resource: 'memory', unit: 'byte' },
    ]),
  ],
  ['kube_pod_container', containers],
  ['kube_pod', containers.map(({ pod }) => ({ pod, condition: 'true' }))],
  ['kube_deployment', services.map((deployment) => ({ deployment }))],
  ['kube_horizontalpodautoscaler', services.map((horizontalpodautoscaler) => ({ horizontalpodautoscaler }))],
  ['kubelet_', ['data-postgres-0', 'data-redis-0'].map((persistentvolumeclaim) => ({ persistentvolumeclaim }))],
  [
    'log_collected_lines_total',
    [...services, 'postgres', 'redis'].flatMap((app) => [
      { app, container: app, level: 'error', event: 'line' },
      { app, container: app, level: 'fatal', event: 'panic' },
    ]),
  ],
  ['http_requests_total', [{ status: '200' }, { status: '500' }]],
  ['chat_connects_total', [{ result: 'success' }, { result: 'failure' }]],
];

/** What the jobs of a small cluster export, as far as dashboards read it, with the labels that scraping gives them. */
export function clusterSeries(): InputSeries[] {
  const read = platformDashboards().flatMap(selectorsOf);
  const names = [...new Set(read.map(({ metric, labels }) => `${labels.job} ${metric}`))];
  const scraped = names.flatMap((name) => {
    const [job = '', metric = ''] = name.split(' ');
    return job === '$service'
      ? services.flatMap((service) => series(service, metric, '$service'))
      : series(job, metric);
  });
  const jobs = [...services, 'postgres', 'redis', 'node-exporter'];
  return [
    ...scraped,
    ...jobs.map((job) => ({ series: `up${written(target(job))}`, values: values.gauge })),
    { series: 'ALERTS{alertname="HighErrorRate",alertstate="firing",severity="warning"}', values: values.gauge },
  ];
}

function series(job: string, metric: string, exporter = job): InputSeries[] {
  if (job === 'undefined' || metric === 'up' || recordedSeries.includes(metric)) return [];
  if (exporter === '$service' && !exports(job, metric)) return [];
  const own = ownLabels.find(([start]) => metric.startsWith(start))?.[1] ?? [{}];
  const bounds = metric.endsWith('_bucket') ? ['0.5', '1.0', '+Inf'].map((le) => ({ le })) : [{}];
  const course = otherValues[metric] ?? values[seriesType(exporter, metric) === 'counter' ? 'counter' : 'gauge'];
  return own.flatMap((labels) =>
    bounds.map((bound) => ({
      series: metric + written({ ...target(job), ...labels, ...bound }),
      values: course,
    })),
  );
}

function exports(service: string, series: string): boolean {
  const contract = input.services.find(({ workload }) => workload === service)?.contract;
  return Object.keys(contract?.metrics.exports ?? {}).includes(series.replace(/_(bucket|sum|count)$/, ''));
}

/** Labels of a job's target. Jobs of nodes have a target for each node, the others one for each pod. */
function target(job: string): Labels {
  const node = 'node-1';
  if (job === 'blackbox') return { job, namespace, instance: 'https://api.veza.app/' };
  if (job === 'node-exporter') return { job, node, instance: node };
  if (job === 'kubelet' || job === 'cadvisor') return { job, node, instance: node, namespace };
  if (job === 'kube-state-metrics') return { job, instance: 'kube-state-metrics-a', namespace };
  const pod = services.includes(job) ? `${job}-a` : `${job}-0`;
  return { job, namespace, pod, node, instance: pod };
}

function written(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;
}

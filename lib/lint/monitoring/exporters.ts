import { rememberFor } from '../../manifests/remember';
import families from './metrics.json';

/** Metric names by type. */
type Metrics = Partial<Record<MetricType, readonly string[]>>;

type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** A program that exports metrics. */
export interface Exporter {
  /** Recognizes the program by its image, or by the name of the job that scrapes it. */
  readonly program: RegExp;
  /**
   * Metrics that it exports.
   * @default - every metric with one of its prefixes
   */
  readonly metrics?: Metrics;
  /**
   * Prefixes that only this exporter uses: `pg_`.
   * @default - none
   */
  readonly families?: readonly string[];
  /**
   * Prefixes that other exporters use as well: `go_`.
   * @default - none
   */
  readonly shared?: readonly string[];
}

/** The series that a type of metric consists of, by their endings. */
const endings: readonly (readonly [type: MetricType, endings: readonly string[]])[] = [
  ['counter', ['']],
  ['gauge', ['']],
  ['histogram', ['_bucket', '_sum', '_count']],
  ['summary', ['', '_sum', '_count']],
  ['untyped', ['']],
];

/** The names of all series that metrics consist of. */
export const seriesOf = rememberFor((metrics: Metrics): ReadonlySet<string> => {
  const series = endings.flatMap(([type, ends]) => {
    return metrics[type]?.flatMap((name) => ends.map((end) => `${name}${end}`)) ?? [];
  });
  return new Set(series);
});

/** The metrics that the list has of an exporter: each of its texts has the names of one family. */
function listed(exporter: keyof typeof families): Metrics {
  const types = Object.entries(families[exporter]);
  return Object.fromEntries(types.map(([type, texts]) => [type, texts.flatMap((names) => names.split(' '))]));
}

/** Metrics of every Go program that uses Prometheus' own library. */
const goProgram = ['go_', 'process_', 'promhttp_', 'net_conntrack_'];

/** The collector's metrics of itself. What it counts of lines depends on its configuration. */
export const fluentBit: Exporter = {
  program: /fluent-?bit/,
  metrics: listed('fluent-bit'),
  families: ['fluentbit_'],
};

/** Exporters in common use. Those without a list are known by the prefixes of their metrics only. */
export const exporters: readonly Exporter[] = [
  { program: /^postgres-backup-store$/, metrics: listed('postgres-backup'), families: ['postgres_backup_'] },
  { program: /node[-_]exporter/, metrics: listed('node-exporter'), families: ['node_'] },
  { program: /postgres[-_]exporter/, metrics: listed('postgres-exporter'), families: ['pg_'] },
  { program: /redis[-_]exporter/, metrics: listed('redis-exporter'), families: ['redis_'] },
  { program: /haproxy|^redis-proxy$/, metrics: listed('haproxy'), families: ['haproxy_'] },
  { program: /(^|\/)prometheus(:|@|$)/, families: ['prometheus_'], shared: goProgram },
  { program: /(^|\/)alertmanager(:|@|$)/, families: ['alertmanager_'], shared: goProgram },
  { program: /(^|\/)grafana(-oss)?(:|@|$)/, families: ['grafana_'], shared: goProgram },
  { program: /kube-state-metrics/, families: ['kube_'] },
  { program: /kubelet|cadvisor/, families: ['kubelet_', 'container_', 'machine_'], shared: goProgram },
  { program: /cert-manager/, families: ['certmanager_'], shared: goProgram },
  fluentBit,
  { program: /(^|\/)loki(:|@|$)/, families: ['loki_'], shared: goProgram },
  { program: /envoy-gateway/, families: ['envoy_'] },
  { program: /nginx-gateway-fabric/, families: ['nginx_http_'] },
  { program: /ingress-nginx/, families: ['nginx_ingress_controller_'], shared: goProgram },
];

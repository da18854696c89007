import type { Exporter } from './exporter';
import metrics from './metrics.json';

/** Metrics of every Go program that uses Prometheus' own library. */
const goProgram = ['go_', 'process_', 'promhttp_', 'net_conntrack_'];

/** The collector's metrics of itself. What it counts of lines depends on its configuration. */
export const fluentBit: Exporter = {
  program: /fluent-?bit/,
  metrics: metrics['fluent-bit'],
  families: ['fluentbit_'],
};

/** Exporters in common use. Those without a list are known by the prefixes of their metrics only. */
export const exporters: readonly Exporter[] = [
  { program: /^postgres-backup-store$/, metrics: metrics['postgres-backup'], families: ['postgres_backup_'] },
  { program: /node[-_]exporter/, metrics: metrics['node-exporter'], families: ['node_'] },
  { program: /postgres[-_]exporter/, metrics: metrics['postgres-exporter'], families: ['pg_'] },
  { program: /redis[-_]exporter/, metrics: metrics['redis-exporter'], families: ['redis_'] },
  { program: /haproxy|^redis-proxy$/, metrics: metrics.haproxy, families: ['haproxy_'] },
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

import type { Exporter } from './exporter';
import { nodeExporter } from './metrics/node-exporter';
import { postgresBackup } from './metrics/postgres-backup';
import { postgresExporter } from './metrics/postgres-exporter';
import { redisExporter } from './metrics/redis-exporter';

/** What every Go program that uses Prometheus' own library exports about itself. */
const goProgram = ['go_', 'process_', 'promhttp_', 'net_conntrack_'];

/** Exporters that everybody uses. Of those without a list, only the families are known. */
export const exporters: readonly Exporter[] = [
  { program: /^postgres-backup-store$/, metrics: postgresBackup, families: ['postgres_backup_'] },
  { program: /node[-_]exporter/, metrics: nodeExporter, families: ['node_'] },
  { program: /postgres[-_]exporter/, metrics: postgresExporter, families: ['pg_'] },
  { program: /redis[-_]exporter/, metrics: redisExporter, families: ['redis_'] },
  { program: /(^|\/)prometheus(:|@|$)/, families: ['prometheus_'], shared: goProgram },
  { program: /(^|\/)alertmanager(:|@|$)/, families: ['alertmanager_'], shared: goProgram },
  { program: /(^|\/)grafana(-oss)?(:|@|$)/, families: ['grafana_'], shared: goProgram },
  { program: /kube-state-metrics/, families: ['kube_'] },
  { program: /kubelet|cadvisor/, families: ['kubelet_', 'container_', 'machine_'], shared: goProgram },
  { program: /cert-manager/, families: ['certmanager_'], shared: goProgram },
  { program: /ingress-nginx/, families: ['nginx_ingress_controller_'], shared: goProgram },
];

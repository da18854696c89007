import { backupWorkloads } from '../../platform/backup-names';
import { clusterPods } from '../../platform/postgres-cluster';
import { dataVolume } from '../../platform/workload-names';

/** Names of scrape jobs. The job of a service has the name of its workload. */
export const scrapeJobs = {
  postgres: 'postgres',
  /** The servers of a database cluster. */
  databaseCluster: clusterPods,
  redis: 'redis',
  /** The proxies in front of a replicated cache. */
  redisProxy: 'redis-proxy',
  /** The pod with the volume of the PostgreSQL backups. */
  backup: backupWorkloads.store,
  /** Pods of the platform that are annotated for scraping and belong to no other job. */
  pods: 'kubernetes-pods',
  nodeExporter: 'node-exporter',
  kubelet: 'kubelet',
  cadvisor: 'cadvisor',
  kubeStateMetrics: 'kube-state-metrics',
  /** Public hosts, probed through their public addresses. */
  blackbox: 'blackbox',
  certManager: 'cert-manager',
  ingressNginx: 'ingress-nginx',
  envoyGateway: 'envoy-gateway',
  nginxGatewayFabric: 'nginx-gateway-fabric',
  prometheus: 'prometheus',
  alertmanager: 'alertmanager',
  grafana: 'grafana',
  loki: 'loki',
  /** The log collectors' own metrics. */
  logCollector: 'fluent-bit',
  /** The log collectors' counters of lines. */
  logLines: 'log-lines',
} as const;

/** Workloads of the monitoring namespace: their names and ports. */
export const monitoringEndpoints = {
  prometheus: { name: 'prometheus', port: 9090 },
  alertmanager: { name: 'alertmanager', port: 9093 },
  grafana: { name: 'grafana', port: 3000 },
  kubeStateMetrics: { name: 'kube-state-metrics', port: 8080 },
  blackbox: { name: 'blackbox-exporter', port: 9115 },
} as const;

/** Port on which replicas of Alertmanager exchange silences and sent notifications, by TCP and UDP. */
export const gossipPort = 9094;

/** Name of the container port on which Prometheus scrapes a pod. */
export const metricsPortName = 'metrics';

/** Ports of scrape targets on nodes and in other namespaces. */
export const externalPorts = { kubelet: 10250, nodeExporter: 9100, ingressNginx: 10254, certManager: 9402 } as const;

/** A database as far as it says which pods and volumes are its own. */
interface ObservedDatabase {
  readonly cluster: { readonly name: string } | 'none';
}

/** Regular expression for the names of a database's pods. */
export function matchDatabasePods({ cluster }: ObservedDatabase): string {
  return `${cluster === 'none' ? scrapeJobs.postgres : cluster.name}-[0-9]+`;
}

/** Regular expression for the names of a database's volumes: of a cluster, also those of the log. */
export function matchDatabaseVolumes(database: ObservedDatabase): string {
  const pods = matchDatabasePods(database);
  return database.cluster === 'none' ? `${dataVolume}-${pods}` : `${pods}(-wal)?`;
}

/** Workloads of the logs: their names and ports. Loki runs beside Prometheus, the collectors in a namespace of their own. */
export const logsEndpoints = {
  loki: { name: 'loki', port: 3100 },
  collector: {
    name: 'fluent-bit',
    /** Answers the kubelet's probes. */
    healthPort: 2020,
    /** Counters of the lines of the environment's workloads. */
    linesPort: 2021,
    /** The collector's own metrics. */
    metricsPort: 2022,
  },
} as const;

/** Name of the collector's port with the counters of lines. */
export const linesPortName = 'lines';

/** Labels of a stream in Loki, and of the counters of lines. Few values each: every combination is a stream. */
export const streamLabels = ['namespace', 'app', 'container', 'level'] as const;

/** What is stored with each line without being a label, since it has too many values. */
export const structuredMetadata = ['pod', 'trace_id'] as const;

/** What the counters of lines tell apart in addition to the labels: `line`, `panic` or `failed-login`. */
export const eventLabel = 'event';

/** Name of the counter of lines, which the collector composes of three parts. */
export const linesCounter = 'log_collected_lines_total';

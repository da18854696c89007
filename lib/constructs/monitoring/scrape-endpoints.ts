import { backupWorkloads } from '../../platform/backup-names';

/** Names of scrape jobs. A service's job has the name of its workload; kubelet and cadvisor are two pages of one server. */
export const scrapeJobs = {
  postgres: 'postgres',
  redis: 'redis',
  /** The pod that holds the backups of PostgreSQL. */
  backup: backupWorkloads.store,
  /** Pods of the platform that are annotated for scraping and that no other job scrapes. */
  pods: 'kubernetes-pods',
  nodeExporter: 'node-exporter',
  kubelet: 'kubelet',
  cadvisor: 'cadvisor',
  kubeStateMetrics: 'kube-state-metrics',
  /** Public hosts, asked from outside. */
  blackbox: 'blackbox',
  certManager: 'cert-manager',
  ingressNginx: 'ingress-nginx',
  prometheus: 'prometheus',
  alertmanager: 'alertmanager',
  grafana: 'grafana',
} as const;

/** Workloads of the monitoring namespace: their names, and the port that each is asked on. */
export const monitoringEndpoints = {
  prometheus: { name: 'prometheus', port: 9090 },
  alertmanager: { name: 'alertmanager', port: 9093 },
  grafana: { name: 'grafana', port: 3000 },
  kubeStateMetrics: { name: 'kube-state-metrics', port: 8080 },
  blackbox: { name: 'blackbox-exporter', port: 9115 },
} as const;

/** The port over which Alertmanagers tell each other what they have sent, by TCP and UDP. */
export const gossipPort = 9094;

/** Name of the container port on which a pod is scraped, of every pod that Prometheus finds. */
export const metricsPortName = 'metrics';

/** Where things that run on nodes or in others' namespaces listen. */
export const externalPorts = { kubelet: 10250, nodeExporter: 9100, ingressNginx: 10254, certManager: 9402 } as const;

import { backupWorkloads } from '../backup/backup-workloads';

/** Names of scrape jobs. A service's job has the name of its workload; kubelet and cadvisor are two pages of one server. */
export const jobs = {
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

import { Construct } from 'constructs';
import { replicasBeforeRestore } from '../../platform/backup-names';
import type { NamespaceScope, WorkloadIdentity } from '../kubernetes/metadata';
import { apiToken } from '../kubernetes/pod-defaults';
import type { QuotaUsage } from '../kubernetes/quota-usage';
import { smallResources } from '../kubernetes/resources';
import { ExporterDeployment, exporterPods, serverContainer } from './exporter-deployment';
import { monitoringEndpoints } from './scrape-endpoints';

/** Properties of a `KubeStateMetrics`. */
export interface KubeStateMetricsProps {
  readonly home: NamespaceScope;
  /** Namespaces that it tells of, in each of which a Role lets it read. */
  readonly namespaces: readonly string[];
  readonly priorityClassName: string;
}

/** What it tells of, by API group: what alerts and dashboards need, and no secrets. Its Roles grant just this. */
export const observedResources = {
  '': ['pods', 'resourcequotas'],
  apps: ['deployments', 'statefulsets'],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['cronjobs', 'jobs'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const image = 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0';
const uid = 65534;
const telemetryPort = 8081;
const resources = smallResources('100m', '192Mi');

/** kube-state-metrics: what the Kubernetes API says of the objects in our namespaces, as metrics. */
export class KubeStateMetrics extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** What its pods take of the namespace's quota. */
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, { home, namespaces, priorityClassName }: KubeStateMetricsProps) {
    super(scope, id);
    const { name, port } = monitoringEndpoints.kubeStateMetrics;
    this.identity = { ...home, name, component: 'cluster-metrics' };
    this.quotaUsage = { pods: exporterPods, containers: [resources], initContainers: [], claims: [] };
    new ExporterDeployment(this, 'deployment', {
      identity: this.identity,
      uid,
      priorityClassName,
      pod: {
        containers: [
          serverContainer({
            name,
            image,
            uid,
            port,
            args: [
              `--port=${port}`,
              `--telemetry-port=${telemetryPort}`,
              `--namespaces=${namespaces.join(',')}`,
              // How it is known that a restore has stopped a service.
              `--metric-annotations-allowlist=deployments=[${replicasBeforeRestore}]`,
              `--resources=${Object.values(observedResources).flat().sort().join(',')}`,
            ],
            ports: [{ name: 'telemetry', containerPort: telemetryPort, protocol: 'TCP' }],
            resources,
            volumeMounts: [apiToken.mount],
            ready: { path: '/readyz', port: 'telemetry' },
            startSeconds: 60,
          }),
        ],
        volumes: [apiToken.volume],
      },
    });
  }
}

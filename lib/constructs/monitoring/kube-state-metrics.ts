import { Construct } from 'constructs';
import { replicasBeforeRestore } from '../../platform/backup-names';
import { findImage } from '../images';
import type { WorkloadIdentity, WorkloadProps } from '../kubernetes/metadata';
import { apiToken } from '../kubernetes/pod-defaults';
import { makePodUsage, makeSmallResources, type QuotaUsage } from '../kubernetes/resources';
import { makeServerContainer } from '../kubernetes/server-container';
import { addDeployment, addServiceAccount, countDeploymentPods } from '../kubernetes/workload-objects';
import { monitoringEndpoints } from './scrape-endpoints';

export interface KubeStateMetricsProps extends WorkloadProps {
  /** Namespaces whose objects it exports. A Role in each lets it read them. */
  readonly namespaces: readonly string[];
}

/** Resources that it exports, by API group: those that alerts and dashboards need. Its Roles grant only these. */
export const observedResources = {
  '': ['pods', 'resourcequotas'],
  apps: ['deployments', 'statefulsets'],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['cronjobs', 'jobs'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const image = findImage('kube-state-metrics');
const uid = 65534;
const telemetryPort = 8081;
const resources = makeSmallResources('100m', '192Mi');

/** kube-state-metrics, which exports the state of the objects in the environment's namespaces as metrics. */
export class KubeStateMetrics extends Construct {
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, { namespaceScope, namespaces, priorityClassName }: KubeStateMetricsProps) {
    super(scope, id);
    const { name, port } = monitoringEndpoints.kubeStateMetrics;
    const identity: WorkloadIdentity = { ...namespaceScope, name, component: 'cluster-metrics' };
    this.quotaUsage = makePodUsage(identity.name, countDeploymentPods(), [resources]);
    addServiceAccount(this, identity);
    addDeployment(this, {
      identity,
      uid,
      priorityClassName,
      pod: {
        containers: [
          makeServerContainer({
            name,
            image,
            uid,
            port,
            args: [
              `--port=${port}`,
              `--telemetry-port=${telemetryPort}`,
              `--namespaces=${namespaces.join(',')}`,
              // Shows that a restore has paused a service.
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

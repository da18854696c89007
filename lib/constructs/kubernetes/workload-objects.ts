import type { Construct } from 'constructs';
import { computeQuota } from '../namespace/namespace-limits';
import { k8s } from './k8s';
import { labelWorkload, makeMetadata, nameConfig, selectWorkload, type WorkloadIdentity } from './metadata';
import { makePodDefaults, securePod, spreadAcrossNodes } from './pod-defaults';
import { type QuotaUsage, toCanonicalQuantity } from './resources';

/** Makes the account of a workload. No token is mounted: a pod that asks the API mounts one itself. */
export function addServiceAccount(scope: Construct, identity: WorkloadIdentity): void {
  new k8s.KubeServiceAccount(scope, 'account', {
    metadata: makeMetadata(identity),
    automountServiceAccountToken: false,
  });
}

/** Makes the ConfigMap with a workload's files: name -> content. */
export function addConfigMap(scope: Construct, identity: WorkloadIdentity, data: Record<string, string>): void {
  new k8s.KubeConfigMap(scope, 'config', { metadata: makeMetadata(identity, nameConfig(identity)), data });
}

/** The Service of a server: its name, and its one port. */
export interface ClientService {
  readonly name: string;
  readonly portName: string;
  readonly port: number;
  /** Name of the server container's port. */
  readonly targetPort: string;
}

/** Makes a Service that leads to the pods of a workload. */
export function addService(
  scope: Construct,
  identity: WorkloadIdentity,
  { name, portName, port, targetPort }: ClientService,
  spec: Partial<k8s.ServiceSpec> = { type: 'ClusterIP' },
): void {
  new k8s.KubeService(scope, name, {
    metadata: makeMetadata(identity, name),
    spec: {
      selector: selectWorkload(identity),
      ...spec,
      ports: [{ name: portName, port, targetPort: k8s.IntOrString.fromString(targetPort), protocol: 'TCP' }],
    },
  });
}

/** Lets nodes be drained of one pod of a workload at a time. */
export function addDisruptionBudget(scope: Construct, identity: WorkloadIdentity): void {
  new k8s.KubePodDisruptionBudget(scope, 'disruption-budget', {
    metadata: makeMetadata(identity),
    spec: {
      selector: { matchLabels: selectWorkload(identity) },
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}

/** Options of the Deployment of a helper, which needs no volume. */
export interface DeploymentOptions {
  readonly identity: WorkloadIdentity;
  readonly uid: number;
  readonly priorityClassName: string;
  /** Number of its pods. @default 1 */
  readonly replicas?: number;
  /** Annotations of its pods. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** @default - a new pod is ready before an old one stops */
  readonly strategy?: k8s.DeploymentStrategy;
  readonly pod: Required<Pick<k8s.PodSpec, 'containers' | 'volumes'>> & Pick<k8s.PodSpec, 'initContainers'>;
}

const rolling: k8s.DeploymentStrategy = {
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
};

/** Makes a Deployment whose rollout starts a new pod before it stops an old one, unless another strategy is stated. */
export function addDeployment(scope: Construct, options: DeploymentOptions): void {
  const { identity, uid, priorityClassName, replicas = 1, annotations, strategy = rolling, pod } = options;
  new k8s.KubeDeployment(scope, 'deployment', {
    metadata: makeMetadata(identity),
    spec: {
      replicas,
      selector: { matchLabels: selectWorkload(identity) },
      strategy,
      minReadySeconds: 10,
      revisionHistoryLimit: 5,
      template: {
        metadata: { labels: labelWorkload(identity), annotations },
        spec: {
          ...makePodDefaults(identity, priorityClassName),
          securityContext: securePod(uid),
          ...spreadAcrossNodes(identity.name, replicas),
          terminationGracePeriodSeconds: 30,
          ...pod,
        },
      },
    },
  });
}

/** Maximum number of pods of such a Deployment in a rollout: old ones, new ones, and one that is terminating. */
export function countDeploymentPods(replicas = 1): number {
  return 2 * replicas + 1;
}

/** The cluster's own PriorityClass of what a node cannot do without: such a pod is evicted last. */
const nodeCriticalPriority = 'system-node-critical';

/** Makes a quota of node-critical pods: some clusters (GKE) admit them only where a quota names their class. */
export function addCriticalQuota(scope: Construct, identity: WorkloadIdentity, quotaUsage: QuotaUsage): void {
  new k8s.KubeResourceQuota(scope, 'critical-quota', {
    metadata: makeMetadata(identity, 'critical-pods'),
    spec: {
      hard: { ...computeQuota([quotaUsage]), pods: toCanonicalQuantity(String(quotaUsage.pods)) },
      scopeSelector: {
        matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: [nodeCriticalPriority] }],
      },
    },
  });
}

/** What of the pods of a DaemonSet differs from others. */
type NodePod = Pick<k8s.PodSpec, 'containers' | 'volumes' | 'securityContext' | 'hostNetwork' | 'hostPid'>;

/**
 * Pods that may be replaced at once. The pod of a node that is down counts too: with a tenth, it alone would keep those of the
 * other nodes from being replaced, on up to ten nodes.
 */
const mostUnavailable = k8s.IntOrString.fromString('50%');

/** Makes a DaemonSet with a node-critical pod on every node, whatever its taints. */
export function addDaemonSet(
  scope: Construct,
  identity: WorkloadIdentity,
  pod: NodePod,
  annotations?: Readonly<Record<string, string>>,
): void {
  new k8s.KubeDaemonSet(scope, 'daemon-set', {
    metadata: makeMetadata(identity),
    spec: {
      selector: { matchLabels: selectWorkload(identity) },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: mostUnavailable } },
      revisionHistoryLimit: 5,
      template: {
        metadata: { labels: labelWorkload(identity), annotations },
        spec: {
          ...makePodDefaults(identity, nodeCriticalPriority),
          tolerations: [{ operator: 'Exists' }],
          terminationGracePeriodSeconds: 30,
          ...pod,
        },
      },
    },
  });
}

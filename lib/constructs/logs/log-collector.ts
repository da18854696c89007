import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { thirdPartyImage } from '../images';
import {
  checksum,
  type NamespaceScope,
  selectorLabels,
  type WorkloadIdentity,
  workloadLabels,
  workloadMetadata,
} from '../kubernetes/metadata';
import { containerSecurity, noApiAccess, onLinux, pulledOnce } from '../kubernetes/pod-defaults';
import type { QuotaUsage } from '../kubernetes/quota-usage';
import { resourceRequirements } from '../kubernetes/resources';
import { metricsPortName } from '../monitoring/scrape-endpoints';
import { CriticalQuota, nodeCriticalPriority } from '../namespace/critical-quota';
import { configName } from '../stateful/stateful-server';
import { type CollectorConfiguration, collectorFile, collectorFiles, podLogsFolder } from './collector-configuration';
import { linesPortName, logsEndpoints } from './logs-endpoints';

/** Properties of a `LogCollector`. */
export interface LogCollectorProps extends Pick<CollectorConfiguration, 'workloads' | 'lokiHost' | 'buffer'> {
  readonly namespaceScope: NamespaceScope;
  /** Namespaces whose pods' files it reads. Never its own: a line about a line that was not sent would be one more. */
  readonly namespaces: readonly string[];
  /** Maximum number of nodes of the cluster. */
  readonly maximumNodes: number;
  /** What the environment adds to the usage of its pods. */
  readonly extendUsage: (usage: QuotaUsage) => QuotaUsage;
}

/** Image of the collector. */
export const collectorImage = thirdPartyImage('fluent-bit');

const configFolder = '/fluent-bit/etc/collector';
const stateFolder = '/var/lib/collector';

/** A node's share: 64 MB of chunks in memory, and the program itself. */
const resources = {
  requests: { cpu: '20m', memory: '64Mi', ephemeralStorage: '16Mi' },
  limits: { cpu: '200m', memory: '192Mi', ephemeralStorage: '32Mi' },
} as const;

/**
 * Fluent Bit on every node. It reads the kubelet's log files of its environment, asks no API, and keeps its offsets and what
 * is not sent yet in a folder of the node that no other environment uses.
 */
export class LogCollector extends Construct {
  /** Usage of the namespace's quota by its pods, with what is added to them. */
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, props: LogCollectorProps) {
    super(scope, id);
    const { namespaceScope, namespaces, maximumNodes, extendUsage } = props;
    const { name } = logsEndpoints.collector;
    const identity: WorkloadIdentity = { ...namespaceScope, name, component: 'log-collector' };
    this.quotaUsage = extendUsage({
      workload: identity.name,
      pods: maximumNodes,
      containers: [resources],
      initContainers: [],
      claims: [],
    });
    const files = collectorFiles({ ...props, source: { kind: 'files', namespaces }, configFolder, stateFolder });
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: workloadMetadata(identity),
      automountServiceAccountToken: false,
    });
    new CriticalQuota(this, 'critical-quota', { identity, quotaUsage: this.quotaUsage });
    new k8s.KubeConfigMap(this, 'config', { metadata: workloadMetadata(identity, configName(identity)), data: files });
    new k8s.KubeDaemonSet(this, 'daemon-set', {
      metadata: workloadMetadata(identity),
      spec: {
        selector: { matchLabels: selectorLabels(identity) },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: k8s.IntOrString.fromString('10%') } },
        revisionHistoryLimit: 5,
        template: {
          metadata: { labels: workloadLabels(identity), annotations: { 'checksum/config': checksum(files) } },
          spec: pod(identity),
        },
      },
    });
  }
}

/** Root, because the kubelet's files are root's alone. It has no capability, so it is root only to the owner of a file. */
const { runAsNonRoot: _, ...rootSecurity } = containerSecurity(0);

function pod(identity: WorkloadIdentity): k8s.PodSpec {
  return {
    serviceAccountName: identity.name,
    ...noApiAccess,
    ...onLinux,
    priorityClassName: nodeCriticalPriority,
    tolerations: [{ operator: 'Exists' }],
    securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } },
    // Longer than the grace period in its configuration, in which it sends what it has in memory.
    terminationGracePeriodSeconds: 30,
    containers: [container()],
    volumes: [
      { name: 'config', configMap: { name: configName(identity) } },
      { name: 'logs', hostPath: { path: podLogsFolder, type: 'Directory' } },
      { name: 'state', hostPath: { path: nodeStateFolder(identity), type: 'DirectoryOrCreate' } },
    ],
  };
}

/** Folder of the node with the state of an environment's collector: two environments on one node must not share it. */
export function nodeStateFolder({ platform, environment }: Pick<NamespaceScope, 'platform' | 'environment'>): string {
  return `/var/lib/${platform}-logs/${environment}`;
}

/** Liveness asks for a connection only: a collector that waits for Loki is not repaired by a restart. */
function container(): k8s.Container {
  const { name, healthPort, linesPort, metricsPort } = logsEndpoints.collector;
  const port = k8s.IntOrString.fromString('health');
  const get = { httpGet: { path: '/api/v1/health', port }, timeoutSeconds: 5 };
  const tcp = { tcpSocket: { port }, timeoutSeconds: 5 };
  return {
    name,
    image: collectorImage,
    ...pulledOnce,
    command: ['/fluent-bit/bin/fluent-bit'],
    args: [`--config=${configFolder}/${collectorFile}`],
    ports: [
      { name: 'health', containerPort: healthPort, protocol: 'TCP' },
      { name: linesPortName, containerPort: linesPort, protocol: 'TCP' },
      { name: metricsPortName, containerPort: metricsPort, protocol: 'TCP' },
    ],
    resources: resourceRequirements(resources),
    securityContext: rootSecurity,
    startupProbe: { ...tcp, periodSeconds: 5, failureThreshold: 24 },
    readinessProbe: { ...get, periodSeconds: 10, failureThreshold: 3 },
    livenessProbe: { ...tcp, periodSeconds: 10, failureThreshold: 6 },
    volumeMounts: [
      { name: 'config', mountPath: configFolder, readOnly: true },
      { name: 'logs', mountPath: podLogsFolder, readOnly: true },
      { name: 'state', mountPath: stateFolder },
    ],
  };
}

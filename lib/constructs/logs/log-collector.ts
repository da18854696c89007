import { Construct } from 'constructs';
import { findImage } from '../images';
import { k8s } from '../kubernetes/k8s';
import {
  computeChecksum,
  type NamespacedProps,
  type NamespaceScope,
  nameConfig,
  type WorkloadIdentity,
} from '../kubernetes/metadata';
import { makeFieldReference, pulledOnce, secureContainer } from '../kubernetes/pod-defaults';
import { makePodUsage, type QuotaUsage, toRequirements } from '../kubernetes/resources';
import { addConfigMap, addCriticalQuota, addDaemonSet, addServiceAccount } from '../kubernetes/workload-objects';
import { linesPortName, logsEndpoints, metricsPortName } from '../monitoring/scrape-endpoints';
import {
  type CollectorConfiguration,
  collectorFile,
  podLogsFolder,
  writeCollectorFiles,
} from './collector-configuration';

export interface LogCollectorProps
  extends Pick<CollectorConfiguration, 'workloads' | 'lokiHost' | 'buffer'>,
    NamespacedProps {
  /** Namespaces whose pods' files it reads. Never its own: a line about a line that was not sent would be one more. */
  readonly namespaces: readonly string[];
  /** Maximum number of nodes of the cluster. */
  readonly maximumNodes: number;
  /** What the environment adds to the usage of its pods. */
  readonly extendUsage: (usage: QuotaUsage) => QuotaUsage;
}

export const collectorImage = findImage('fluent-bit');

/** Variable with the address of the pod, of whichever family: no address of all interfaces works on every cluster. */
const addressVariable = 'POD_IP';

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
    this.quotaUsage = extendUsage(makePodUsage(identity.name, maximumNodes, [resources]));
    const files = writeCollectorFiles({
      ...props,
      source: { kind: 'files', namespaces },
      listenAddress: `\${${addressVariable}}`,
      configFolder,
      stateFolder,
    });
    addServiceAccount(this, identity);
    addCriticalQuota(this, identity, this.quotaUsage);
    addConfigMap(this, identity, files);
    addDaemonSet(this, identity, makePod(identity), { 'checksum/config': computeChecksum(files) });
  }
}

/** Root, because the kubelet's files are root's alone. It has no capability, so it is root only to the owner of a file. */
const { runAsNonRoot: _, ...rootSecurity } = secureContainer(0);

function makePod(identity: WorkloadIdentity) {
  return {
    securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [makeContainer()],
    volumes: [
      { name: 'config', configMap: { name: nameConfig(identity) } },
      { name: 'logs', hostPath: { path: podLogsFolder, type: 'Directory' } },
      { name: 'state', hostPath: { path: nameNodeStateFolder(identity), type: 'DirectoryOrCreate' } },
    ],
  };
}

/** Folder of the node with the state of an environment's collector: two environments on one node must not share it. */
export function nameNodeStateFolder({
  platform,
  environment,
}: Pick<NamespaceScope, 'platform' | 'environment'>): string {
  return `/var/lib/${platform}-logs/${environment}`;
}

/**
 * When it is stopped, it sends what it has in memory within the grace period of its configuration, which is shorter than the pod's.
 * Liveness asks for a connection only: a collector that waits for Loki is not repaired by a restart.
 */
function makeContainer(): k8s.Container {
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
    env: [{ name: addressVariable, valueFrom: { fieldRef: makeFieldReference('status.podIP') } }],
    resources: toRequirements(resources),
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

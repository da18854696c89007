import { Construct } from 'constructs';
import { findImage } from '../images';
import { k8s } from '../kubernetes/k8s';
import type { NamespacedProps, WorkloadIdentity } from '../kubernetes/metadata';
import { makeFieldReference, pulledOnce, secureContainer, securePod } from '../kubernetes/pod-defaults';
import { makePodUsage, makeSmallResources, type QuotaUsage, toRequirements } from '../kubernetes/resources';
import { addCriticalQuota, addDaemonSet, addServiceAccount } from '../kubernetes/workload-objects';

export interface NodeExporterProps extends NamespacedProps {
  /** Maximum number of nodes of the cluster. */
  readonly maximumNodes: number;
}

export const nodeExporterImage = findImage('node-exporter');

/** UID of the user `nobody`, which the image uses; its GID has the same number. */
const uid = 65534;

/** The usual port of node-exporters. It is a port of the node itself. */
const port = 9100;

const resources = makeSmallResources('100m', '64Mi');

/** Mounts of pods and of what is not a disk. Their names change with every pod and would fill Prometheus. */
const ignoredMounts = '^/(dev|proc|sys|run/.+|var/lib/(docker|containerd|kubelet)/.+)($|/)';

/**
 * The node-exporter on every node, which exports CPU, memory, disk and network of the node itself.
 * It shares the node's network and process list and reads its file systems, without root and read-only.
 */
export class NodeExporter extends Construct {
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, { namespaceScope, maximumNodes }: NodeExporterProps) {
    super(scope, id);
    const identity: WorkloadIdentity = { ...namespaceScope, name: 'node-exporter', component: 'node-metrics' };
    this.quotaUsage = makePodUsage(identity.name, maximumNodes, [resources]);
    addServiceAccount(this, identity);
    addCriticalQuota(this, identity, this.quotaUsage);
    // The last pods to be evicted, because a node without metrics is not monitored.
    addDaemonSet(this, identity, {
      hostNetwork: true,
      hostPid: true,
      securityContext: securePod(uid),
      containers: [makeContainer()],
      volumes: [
        { name: 'sys', hostPath: { path: '/sys' } },
        { name: 'root', hostPath: { path: '/' } },
      ],
    });
  }
}

function makeContainer(): k8s.Container {
  const get = { httpGet: { path: '/', port: k8s.IntOrString.fromString('metrics') }, timeoutSeconds: 3 };
  const tcp = { tcpSocket: { port: k8s.IntOrString.fromString('metrics') }, timeoutSeconds: 3 };
  return {
    name: 'node-exporter',
    image: nodeExporterImage,
    ...pulledOnce,
    args: [
      `--web.listen-address=[$(HOST_IP)]:${port}`,
      '--path.sysfs=/host/sys',
      '--path.rootfs=/host/root',
      `--collector.filesystem.mount-points-exclude=${ignoredMounts}`,
    ],
    env: [{ name: 'HOST_IP', valueFrom: { fieldRef: makeFieldReference('status.hostIP') } }],
    ports: [{ name: 'metrics', containerPort: port, protocol: 'TCP' }],
    resources: toRequirements(resources),
    securityContext: secureContainer(uid),
    startupProbe: { ...tcp, periodSeconds: 5, failureThreshold: 12 },
    readinessProbe: { ...get, periodSeconds: 10, failureThreshold: 3 },
    livenessProbe: { ...tcp, periodSeconds: 10, failureThreshold: 3 },
    volumeMounts: [
      { name: 'sys', mountPath: '/host/sys', readOnly: true, mountPropagation: 'HostToContainer' },
      { name: 'root', mountPath: '/host/root', readOnly: true, mountPropagation: 'HostToContainer' },
    ],
  };
}

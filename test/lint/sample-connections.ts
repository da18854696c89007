import type { ConnectionGraph } from '../../lib/lint/rule';
import type { ConnectionPort, IpBlockPeer, NamespacePeer, WorkloadPeer } from '../../lib/platform/connection';

export const tcp = (port: number): ConnectionPort => ({ port, protocol: 'TCP' });
export const api: WorkloadPeer = { kind: 'workload', name: 'api', podLabels: { app: 'api' } };
export const store: WorkloadPeer = { kind: 'workload', name: 'store', podLabels: { app: 'store' } };
export const controller: NamespacePeer = {
  kind: 'namespace',
  name: 'ingress controller',
  namespace: 'ingress',
  podLabels: { app: 'controller' },
};
export const internet: IpBlockPeer = {
  kind: 'network',
  name: 'internet',
  blocks: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }],
};
/** Connections of the workloads in sample-network.yaml. */
export const sampleConnections: ConnectionGraph = {
  namespace: 'sample',
  connections: [
    { from: controller, to: api, ports: [tcp(8080)] },
    { from: api, to: store, ports: [tcp(5432)] },
    { from: api, to: internet, ports: [tcp(443)] },
  ],
};

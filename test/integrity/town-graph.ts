import type { ConnectionGraph } from '../../lib/integrity/inputs';
import type { ConnectionPort, NamespaceParty, NetworkParty, WorkloadParty } from '../../lib/network/connection';

export const tcp = (port: number): ConnectionPort => ({ port, protocol: 'TCP' });
export const api: WorkloadParty = { kind: 'workload', name: 'api', podLabels: { app: 'api' } };
export const store: WorkloadParty = { kind: 'workload', name: 'store', podLabels: { app: 'store' } };
export const controller: NamespaceParty = {
  kind: 'namespace',
  name: 'ingress controller',
  namespace: 'ingress',
  podLabels: { app: 'controller' },
};
export const internet: NetworkParty = {
  kind: 'network',
  name: 'internet',
  blocks: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }],
};
/** Who connects to whom in town.yaml. */
export const townGraph: ConnectionGraph = {
  namespace: 'town',
  connections: [
    { from: controller, to: api, ports: [tcp(8080)] },
    { from: api, to: store, ports: [tcp(5432)] },
    { from: api, to: internet, ports: [tcp(443)] },
  ],
};

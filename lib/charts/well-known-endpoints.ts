import type { Endpoint } from '../constructs/network/connection-graph';
import { ipBlocks, tcp } from '../constructs/network/well-known-peers';
import type { ApiServer } from '../platform/environment';

/** The Kubernetes API server, by its addresses. */
export function kubernetesApi({ cidrs, ports }: ApiServer): Endpoint {
  return { peer: ipBlocks('Kubernetes API', cidrs), ports: ports.map(tcp) };
}

import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';

const routeKinds = ['GRPCRoute', 'HTTPRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'];

export const gatewayGroup = 'gateway.networking.k8s.io';

/** Every route of the Gateway API in a set. */
export function routesOf(set: ManifestSet): readonly Manifest[] {
  return set.ofType(...routeKinds.map((kind) => `${kind}.${gatewayGroup}`));
}

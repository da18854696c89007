import type { Peer } from '../../platform/connection';
import type { GatewaySettings, ImplementationName } from '../../platform/settings/edge';
import { ipBlocks, namespacePods } from '../network/well-known-peers';
import { envoyGateway } from './envoy-gateway';
import type { GatewayName } from './gateway-objects';
import { type Implementation, portable } from './implementation';
import { nginxGatewayFabric } from './nginx-gateway-fabric';

/** The implementations of the Gateway API that are known, one file each. */
export const implementations = {
  'envoy-gateway': envoyGateway,
  'nginx-gateway-fabric': nginxGatewayFabric,
  portable,
} as const satisfies Readonly<Record<ImplementationName, Implementation>>;

const name = 'gateway proxies';

/** The proxies of a Gateway, from which requests from outside arrive. */
export function gatewayProxies({ proxies, implementation }: GatewaySettings, gateway: GatewayName): Peer {
  if (proxies.kind === 'nodes') return ipBlocks(name, proxies.cidrs);
  const namespace = proxies.kind === 'namespace' ? proxies.namespace : gateway.namespace;
  return namespacePods(name, namespace, implementations[implementation].proxyLabels(gateway));
}

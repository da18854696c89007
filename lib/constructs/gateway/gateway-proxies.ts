import type { Peer } from '../../platform/connection';
import type { GatewaySettings } from '../../platform/settings/gateway';
import { ipBlocks, namespacePods } from '../network/well-known-peers';
import type { GatewayName } from './gateway-objects';
import { implementations } from './implementations';

const name = 'gateway proxies';

/** The proxies of a Gateway, from which requests from outside arrive. */
export function gatewayProxies({ proxies, implementation }: GatewaySettings, gateway: GatewayName): Peer {
  if (proxies.kind === 'nodes') return ipBlocks(name, proxies.cidrs);
  const namespace = proxies.kind === 'namespace' ? proxies.namespace : gateway.namespace;
  return namespacePods(name, namespace, implementations[implementation].proxyLabels(gateway));
}

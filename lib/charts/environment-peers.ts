import { httpsPort, nameGateway } from '../constructs/gateway/implementation';
import { implementations } from '../constructs/gateway/implementations';
import type { Endpoint } from '../constructs/network/connection-graph';
import { ipBlocks, namespacePods, tcp } from '../constructs/network/well-known-peers';
import type { Peer } from '../platform/connection';
import type { ApiServer, Environment } from '../platform/environment';
import type { Platform } from '../platform/platform';
import { type Edge, findGateway, findIngress } from '../platform/settings/edge';

/** The ingress controller, if there is one: its pods and, if it runs in its nodes' network, their addresses. */
export function listIngressPeers(edge: Edge): Peer[] {
  const ingress = findIngress(edge);
  if (ingress === undefined) return [];
  const { controllerNamespace, controllerCidrs } = ingress;
  const pods = namespacePods('ingress controller', controllerNamespace);
  return controllerCidrs.length > 0 ? [pods, ipBlocks('ingress controller', controllerCidrs)] : [pods];
}

/** The proxies of the Gateway, if there is one. */
export function listGatewayPeers({ name: platform }: Platform, { namespace, edge }: Environment): Peer[] {
  const gateway = findGateway(edge);
  if (gateway === undefined) return [];
  const { proxies, implementation } = gateway;
  if (proxies.kind === 'nodes') return [ipBlocks('gateway proxies', proxies.cidrs)];
  const own = nameGateway({ namespace, platform });
  const place = proxies.kind === 'namespace' ? proxies.namespace : own.namespace;
  return [namespacePods('gateway proxies', place, implementations[implementation].proxyLabels(own))];
}

/** Where the public hosts are served, for pods that the cluster leads there directly. */
export function listPublicEndpoints(platform: Platform, environment: Environment): Endpoint[] {
  const gateway = findGateway(environment.edge);
  const proxyPort = gateway === undefined ? httpsPort : implementations[gateway.implementation].httpsPort;
  return [
    ...listIngressPeers(environment.edge).map((peer) => ({ peer, ports: [tcp(httpsPort)] })),
    ...listGatewayPeers(platform, environment).map((peer) => ({ peer, ports: [tcp(proxyPort)] })),
  ];
}

/** The Kubernetes API server, by its addresses. */
export function locateKubernetesApi({ cidrs, ports }: ApiServer): Endpoint {
  return { peer: ipBlocks('Kubernetes API', cidrs), ports: ports.map(tcp) };
}

import type { Construct } from 'constructs';
import { PublicGateway } from '../constructs/gateway/public-gateway';
import { ObjectChart } from '../constructs/kubernetes/object-chart';
import { MonitoringAccess } from '../constructs/monitoring/monitoring-access';
import { listCertificateChallenges } from '../constructs/network/connection-graph';
import { NetworkPolicies } from '../constructs/network/network-policies';
import type { Connection } from '../platform/connection';
import { type Environment, isBundled, nameEdgeNamespace, nameMonitoringNamespace } from '../platform/environment';
import type { Platform } from '../platform/platform';
import type { GatewaySettings } from '../platform/settings/edge';
import { addNamespace } from './environment-namespaces';
import { listGatewayPeers, listIngressPeers } from './environment-peers';

/** Properties of an `EdgeChart`. */
export interface EdgeChartProps {
  /** The platform whose hosts are public. */
  readonly platform: Platform;
  /** The environment that requests go to. */
  readonly environment: Environment;
  /** Its Gateway, from the environment. */
  readonly gateway: GatewaySettings;
}

/**
 * The Gateway of one environment, in a namespace of its own: implementations may run proxies beside a Gateway, which our quota,
 * network policies and the strictest Pod Security Standard are not for.
 */
export class EdgeChart extends ObjectChart {
  /** Every connection that the network policies allow: the challenges of certificates. */
  readonly connections: readonly Connection[];

  constructor(scope: Construct, id: string, { platform, environment, gateway }: EdgeChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    const { namespace, domain } = environment;
    const namespaceScope = addNamespace(this, platform, environment, 'baseline', nameEdgeNamespace(namespace));
    if (isBundled(environment)) {
      new MonitoringAccess(this, 'access', { namespaceScope, monitoringNamespace: nameMonitoringNamespace(namespace) });
    }
    const subdomains = platform.services.flatMap(({ exposure }) =>
      exposure === 'internal' ? [] : [exposure.subdomain],
    );
    new PublicGateway(this, 'gateway', { namespaceScope, subdomains, domain, routeNamespace: namespace, gateway });
    // During a move, challenges arrive where DNS leads.
    const solverCallers = [...listIngressPeers(environment.edge), ...listGatewayPeers(platform, environment)];
    this.connections = listCertificateChallenges({ contracts: platform.services, solverCallers });
    new NetworkPolicies(this, 'network', { namespaceScope, connections: this.connections, others: 'open' });
  }
}

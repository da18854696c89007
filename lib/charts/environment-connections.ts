import { type Environment, monitoringNamespace } from '../environments/environment';
import type { Connection } from '../network/connection';
import { connectionGraph } from '../network/connection-graph';
import { addresses, internet, namespacePods, tcp } from '../network/parties';
import type { Platform } from '../platform';
import { serviceWorkload } from '../services/microservice';
import type { Stores } from './stores';

/** The port of mail submission (RFC 6409), for a platform without a setting for it. */
const submissionPort = '587';

/** Every connection that the pods of an environment make or take. */
export function environmentConnections(
  platform: Platform,
  { namespace, ingress, apiServer }: Environment,
  settings: Readonly<Record<string, string>>,
  { database, cache }: Stores,
): Connection[] {
  const controllerPods = namespacePods('ingress controller', ingress.controllerNamespace);
  const controllerNodes = addresses('ingress controller', ingress.controllerCidrs);
  return connectionGraph({
    contracts: platform.services,
    workloadName: (service) => serviceWorkload(platform.name, service),
    peers: {
      database: database.endpoint,
      cache: cache.endpoint,
      https: { party: internet, ports: [tcp(443)] },
      smtp: { party: internet, ports: [tcp(Number(settings.SMTP_PORT ?? submissionPort))] },
      'kubernetes-api': { party: addresses('Kubernetes API', apiServer.cidrs), ports: apiServer.ports.map(tcp) },
    },
    stores: [...database.workloads, ...cache.workloads],
    gateways: controllerNodes.blocks.length > 0 ? [controllerPods, controllerNodes] : [controllerPods],
    monitoring: namespacePods('monitoring', monitoringNamespace(namespace), { app: 'prometheus' }),
  });
}

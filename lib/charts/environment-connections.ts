import type { Migration } from '../environments/deployment-settings';
import { type Environment, monitoringNamespace } from '../environments/environment';
import { selectorLabels } from '../kubernetes/metadata';
import { monitoringEndpoints } from '../monitoring/endpoints';
import type { Connection, Party } from '../network/connection';
import { connectionGraph, type Endpoint, type JobCalls } from '../network/connection-graph';
import { addresses, internet, namespacePods, tcp } from '../network/parties';
import type { Platform } from '../platform';
import { serviceWorkload } from '../services/microservice';
import { migrationWorkload } from '../services/migration';
import type { Stores } from './stores';

/** The port of mail submission (RFC 6409), for a platform without a setting for it. */
const submissionPort = '587';

/** Every connection that the pods of an environment make or take. */
export function environmentConnections(
  platform: Platform,
  { namespace, ingress, apiServer, deployment }: Environment,
  settings: Readonly<Record<string, string>>,
  { database, cache }: Stores,
): Connection[] {
  return connectionGraph({
    contracts: platform.services,
    workloadName: (service) => serviceWorkload(platform.name, service),
    peers: {
      database: database.endpoint,
      cache: cache.endpoint,
      https: { party: internet, ports: [tcp(443)] },
      smtp: { party: internet, ports: [tcp(Number(settings.SMTP_PORT ?? submissionPort))] },
      'kubernetes-api': kubernetesApi(apiServer),
    },
    jobs: [...migrationCalls(platform, deployment.migration), ...database.jobs, ...cache.jobs],
    stores: [...database.workloads, ...cache.workloads],
    gateways: gateways(ingress),
    monitoring: namespacePods(
      'monitoring',
      monitoringNamespace(namespace),
      selectorLabels(monitoringEndpoints.prometheus),
    ),
  });
}

/** A migration calls whom its service calls. */
function migrationCalls({ name, services }: Platform, migration: Migration): JobCalls[] {
  if (migration.kind === 'none') return [];
  const service = services.find((contract) => contract.name === migration.service);
  return [{ name: migrationWorkload(name), calls: service?.calls ?? [] }];
}

/** The Kubernetes API as pods reach it. */
export function kubernetesApi({ cidrs, ports }: Environment['apiServer']): Endpoint {
  return { party: addresses('Kubernetes API', cidrs), ports: ports.map(tcp) };
}

/** The ingress controller, by its pods and, where it runs in its nodes' network, by their addresses. */
export function gateways({ controllerNamespace, controllerCidrs }: Environment['ingress']): Party[] {
  const pods = namespacePods('ingress controller', controllerNamespace);
  return controllerCidrs.length > 0 ? [pods, addresses('ingress controller', controllerCidrs)] : [pods];
}

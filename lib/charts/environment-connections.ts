import { clusterConnections } from '../constructs/database-cluster/database-cluster';
import { selectorLabels } from '../constructs/kubernetes/metadata';
import { monitoringEndpoints } from '../constructs/monitoring/scrape-endpoints';
import {
  connectionGraph,
  type GraphInput,
  type JobConnections,
  resolvePeer,
} from '../constructs/network/connection-graph';
import { internet, internetHttps, namespacePods, tcp } from '../constructs/network/well-known-peers';
import type { Connection, Peer } from '../platform/connection';
import { type Environment, isOperated, monitoringNamespace } from '../platform/environment';
import { listExtendedPods } from '../platform/extension-targets';
import type { Platform } from '../platform/platform';
import type { Migration } from '../platform/settings/deployment';
import { migrationWorkload, serviceWorkload } from '../platform/workload-names';
import { brickConnections, brickWorkloads } from './bricks';
import { companions } from './companions';
import { gatewayPeers, ingressPeers, kubernetesApi, publicEndpoints } from './environment-peers';
import { extendedCallers, extendedConnections } from './extension-effects';
import type { Stores } from './stores';

/** The port of mail submission (RFC 6409), for a platform without a setting for it. */
const submissionPort = '587';

/** Every connection that the pods of an environment open or accept. */
export function environmentConnections(
  platform: Platform,
  environment: Environment,
  settings: Readonly<Record<string, string>>,
  { database, cache }: Stores,
): Connection[] {
  const { edge, apiServer, deployment, database: stated } = environment;
  const beside = companions(platform, environment, publicEndpoints(platform, environment));
  const input: GraphInput = {
    contracts: platform.services,
    workloadName: (service) => serviceWorkload(platform.name, service),
    peers: {
      database: database.endpoint,
      cache: cache.endpoint,
      https: internetHttps,
      smtp: { peer: internet, ports: [tcp(Number(settings.SMTP_PORT ?? submissionPort))] },
      'kubernetes-api': kubernetesApi(apiServer),
    },
    jobs: [...migrationCalls(platform, deployment.migration), ...database.jobs, ...cache.jobs],
    stores: [...database.workloads, ...cache.workloads, ...beside.workloads],
    gateways: [...ingressPeers(edge), ...gatewayPeers(platform, environment)],
    solverCallers: ingressPeers(edge),
    scrapers: scrapers(environment),
  };
  const graph = connectionGraph(input);
  const operator = stated.kind === 'cluster' ? clusterConnections(stated, kubernetesApi(apiServer)) : [];
  const modelled = [...graph, ...operator, ...cache.connections, ...beside.connections];
  const extended = listExtendedPods(platform, environment, environment.namespace);
  const resolve = (name: string) => resolvePeer(name, input);
  return [
    ...modelled,
    ...brickConnections(platform, environment, { ...input, resolve }),
    ...extendedConnections(extendedCallers(extended), modelled, resolve),
  ];
}

/**
 * Workloads beside the services whose pods log in to the database: those of bricks, and pods with additions that call it.
 * Each once; none if the database is managed, whose access rules are not ours.
 */
export function addedDatabaseClients(platform: Platform, environment: Environment): string[] {
  if (environment.database.kind === 'managed') return [];
  const added = [
    ...extendedCallers(listExtendedPods(platform, environment, environment.namespace)),
    ...brickWorkloads(platform, environment).map(({ usage, calls }) => ({ workload: usage.workload, calls })),
  ];
  const clients = added.filter(({ calls }) => calls.includes('database')).map(({ workload }) => workload);
  return [...new Set(clients)];
}

/** A migration has the connections of its service. */
function migrationCalls({ name, services }: Platform, migration: Migration): JobConnections[] {
  if (migration.kind === 'none') return [];
  const service = services.find((contract) => contract.name === migration.service);
  return [{ name: migrationWorkload(name), calls: service?.calls ?? [] }];
}

/** The pods that collect metrics; none if the environment is not monitored. */
function scrapers(environment: Environment): Peer[] {
  return environment.monitoring.kind === 'none' ? [] : [prometheusPeer(environment)];
}

/** The Prometheus that watches an environment: of the cluster, or its own. */
export function prometheusPeer(environment: Environment): Peer {
  const { namespace, podLabels } = isOperated(environment)
    ? environment.monitoring.prometheus
    : {
        namespace: monitoringNamespace(environment.namespace),
        podLabels: selectorLabels(monitoringEndpoints.prometheus),
      };
  return namespacePods('monitoring', namespace, podLabels);
}

import { listClusterConnections } from '../constructs/database-cluster/database-cluster';
import { selectWorkload } from '../constructs/kubernetes/metadata';
import { monitoringEndpoints } from '../constructs/monitoring/scrape-endpoints';
import {
  type GraphInput,
  type JobConnections,
  listConnections,
  resolvePeer,
} from '../constructs/network/connection-graph';
import { internet, internetHttps, namespacePods, tcp } from '../constructs/network/well-known-peers';
import type { Connection, Peer } from '../platform/connection';
import { type Environment, isOperated, nameMonitoringNamespace } from '../platform/environment';
import { listExtendedPods } from '../platform/extension-targets';
import type { Platform } from '../platform/platform';
import type { Migration } from '../platform/settings/deployment';
import { nameMigrationWorkload, nameServiceWorkload } from '../platform/workload-names';
import { listAddOnConnections, listAddOnWorkloads } from './add-ons';
import { describeCompanions } from './companions';
import { listGatewayPeers, listIngressPeers, listPublicEndpoints, locateKubernetesApi } from './environment-peers';
import { listExtendedCallers, listExtendedConnections } from './extension-effects';
import type { Stores } from './stores';

/** The port of mail submission (RFC 6409), for a platform without a setting for it. */
const submissionPort = '587';

/** Every connection that the pods of an environment open or accept. */
export function listEnvironmentConnections(
  platform: Platform,
  environment: Environment,
  settings: Readonly<Record<string, string>>,
  { database, cache }: Stores,
): Connection[] {
  const { edge, apiServer, deployment, database: stated } = environment;
  const beside = describeCompanions(platform, environment, listPublicEndpoints(platform, environment));
  const input: GraphInput = {
    contracts: platform.services,
    workloadName: (service) => nameServiceWorkload(platform.name, service),
    peers: {
      database: database.endpoint,
      cache: cache.endpoint,
      https: internetHttps,
      smtp: { peer: internet, ports: [tcp(Number(settings.SMTP_PORT ?? submissionPort))] },
      'kubernetes-api': locateKubernetesApi(apiServer),
    },
    jobs: [...listMigrationCalls(platform, deployment.migration), ...database.jobs, ...cache.jobs],
    stores: [...database.workloads, ...cache.workloads, ...beside.workloads],
    gateways: [...listIngressPeers(edge), ...listGatewayPeers(platform, environment)],
    solverCallers: listIngressPeers(edge),
    scrapers: listScrapers(environment),
  };
  const graph = listConnections(input);
  const operator = stated.kind === 'cluster' ? listClusterConnections(stated, locateKubernetesApi(apiServer)) : [];
  const modelled = [...graph, ...operator, ...cache.connections, ...beside.connections];
  const extended = listExtendedPods(platform, environment, environment.namespace);
  const resolve = (name: string) => resolvePeer(name, input);
  return [
    ...modelled,
    ...listAddOnConnections(platform, environment, { ...input, resolve }),
    ...listExtendedConnections(listExtendedCallers(extended), modelled, resolve),
  ];
}

/**
 * Workloads beside the services whose pods log in to the database: those of add-ons, and pods with additions that call it.
 * Each once; none if the database is managed, whose access rules are not ours.
 */
export function listAddedDatabaseClients(platform: Platform, environment: Environment): string[] {
  if (environment.database.kind === 'managed') return [];
  const added = [
    ...listExtendedCallers(listExtendedPods(platform, environment, environment.namespace)),
    ...listAddOnWorkloads(platform, environment).map(({ usage, calls }) => ({ workload: usage.workload, calls })),
  ];
  const clients = added.filter(({ calls }) => calls.includes('database')).map(({ workload }) => workload);
  return [...new Set(clients)];
}

/** A migration has the connections of its service. */
function listMigrationCalls({ name, services }: Platform, migration: Migration): JobConnections[] {
  if (migration.kind === 'none') return [];
  const service = services.find((contract) => contract.name === migration.service);
  return [{ name: nameMigrationWorkload(name), calls: service?.calls ?? [] }];
}

/** The pods that collect metrics; none if the environment is not monitored. */
function listScrapers(environment: Environment): Peer[] {
  return environment.monitoring.kind === 'none' ? [] : [findPrometheusPeer(environment)];
}

/** The Prometheus that watches an environment: of the cluster, or its own. */
export function findPrometheusPeer(environment: Environment): Peer {
  const { namespace, podLabels } = isOperated(environment)
    ? environment.monitoring.prometheus
    : {
        namespace: nameMonitoringNamespace(environment.namespace),
        podLabels: selectWorkload(monitoringEndpoints.prometheus),
      };
  return namespacePods('monitoring', namespace, podLabels);
}

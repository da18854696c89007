import type { LoginRole } from '../../platform/database-roles';
import { archivePlugin, archiveStore, clusterPods } from '../../platform/postgres-cluster';
import { postgresCertificates } from '../../platform/postgres-pod';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import {
  lostClientParameters,
  type PostgresParameters,
  postgresParameters,
} from '../../platform/settings/postgres-parameters';
import type { Storage } from '../../platform/settings/resources';
import { thirdPartyImage } from '../images';
import type { NamespaceScope } from '../kubernetes/metadata';
import { onLinux, pulledOnce, spreadAcrossNodes } from '../kubernetes/pod-defaults';
import { canonicalQuantity, plainRequirements } from '../kubernetes/resources';
import { accessRules, clientSelectors } from './access-rules';
import type { ClusterSpec } from './custom-kinds';

/** Image of the servers: the operator brings its own manager, the plugin its own sidecar. */
export const clusterImage = thirdPartyImage('postgres-cluster');

/** What the spec of a Cluster is made from. */
export interface ClusterInput {
  /** Namespace and platform that its objects belong to. */
  readonly namespaceScope: NamespaceScope;
  /** Size, parameters, backup and archive of the servers. */
  readonly database: ClusterDatabase;
  /** PriorityClass of its pods, such as `veza-staging-stores`. */
  readonly priorityClassName: string;
  /** Roles that log in, and the workloads whose pods do. */
  readonly roles: readonly LoginRole[];
}

/**
 * The spec of a Cluster. Its defaults of a shutdown are hours; these fit into the time that a node waits when it is drained.
 * The superuser logs in over the network, which only the pod that reconciles the roles may do.
 */
export function clusterSpec({ namespaceScope, database, priorityClassName, roles }: ClusterInput): ClusterSpec {
  const { instances, parameters, storage, walStorage, resources } = database;
  return {
    instances,
    imageName: clusterImage,
    ...pulledOnce,
    inheritedMetadata: {
      labels: {
        app: clusterPods,
        'app.kubernetes.io/part-of': namespaceScope.platform,
        environment: namespaceScope.environment,
      },
    },
    priorityClassName,
    enablePDB: true,
    enableSuperuserAccess: true,
    primaryUpdateStrategy: 'unsupervised',
    primaryUpdateMethod: 'switchover',
    smartShutdownTimeout: 30,
    stopDelay: 120,
    switchoverDelay: 60,
    ...start(database),
    postgresql: {
      parameters: clusterParameters(parameters),
      pg_hba: accessRules(database, roles),
      // A commit waits until one standby has it, and only a standby that has all of them is promoted.
      synchronous: { method: 'any', number: 1, dataDurability: 'required', failoverQuorum: true },
    },
    podSelectorRefs: clientSelectors(roles),
    // The Secret of the certificate has the authority's own without its key. Those between the servers are the operator's.
    certificates: { serverTLSSecret: postgresCertificates.server, serverCASecret: postgresCertificates.server },
    storage: volume(storage),
    walStorage: volume(walStorage),
    ephemeralVolumesSizeLimit: { shm: '256Mi', temporaryData: '512Mi' },
    resources: plainRequirements(resources),
    affinity: {
      ...onLinux,
      enablePodAntiAffinity: true,
      topologyKey: 'kubernetes.io/hostname',
      podAntiAffinityType: 'preferred',
    },
    topologySpreadConstraints: spreadAcrossNodes(clusterPods, instances).topologySpreadConstraints ?? [],
    managed: { services: { disabledDefaultServices: ['r', 'ro'] } },
    replicationSlots: { highAvailability: { enabled: true } },
    plugins: [archive({ barmanObjectName: archiveStore }, true)],
  };
}

/**
 * Every setting of the environment, and of ours what the operator does not own: it sets address, port, sockets, certificates,
 * access file, logging and archiving itself, and refuses a Cluster that states them.
 */
export function clusterParameters(parameters: PostgresParameters): Record<string, string> {
  const stated = postgresParameters.keyof().options.map((name) => [name, String(parameters[name])] as const);
  return { ...Object.fromEntries(stated), ...lostClientParameters, ssl_min_protocol_version: 'TLSv1.2' };
}

/**
 * What the data begins with. The database `app` and its owner are the operator's and stay empty: it sets the password of that
 * owner again at each start, and the passwords of our roles are ours.
 */
function start({ start }: ClusterDatabase): Pick<ClusterSpec, 'bootstrap' | 'externalClusters'> {
  if (start.kind === 'empty') {
    const locale = { encoding: 'UTF8', localeCollate: 'C.UTF-8', localeCType: 'C.UTF-8' };
    return { bootstrap: { initdb: { database: 'app', owner: 'app', dataChecksums: true, ...locale } } };
  }
  const { from, time } = start;
  const parameters = { barmanObjectName: archiveStore, serverName: from };
  return {
    bootstrap: { recovery: { source: from, recoveryTarget: { targetTime: time } } },
    externalClusters: [{ name: from, plugin: archive(parameters, false) }],
  };
}

/** The archive, with the defaults that the API server would add to the list. */
function archive(parameters: Readonly<Record<string, string>>, isWALArchiver: boolean): ClusterSpec['plugins'][number] {
  return { name: archivePlugin, enabled: true, isWALArchiver, parameters };
}

function volume({ className, size }: Storage): ClusterSpec['storage'] {
  return { storageClass: className, size: String(canonicalQuantity(size).value), resizeInUseVolumes: true };
}

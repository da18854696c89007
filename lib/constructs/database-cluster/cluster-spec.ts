import { backupWorkloads } from '../../platform/backup-names';
import type { LoginRole } from '../../platform/database-roles';
import { archivePlugin, archiveStore, clusterPods, clusterRoles } from '../../platform/postgres-cluster';
import { postgresCertificates } from '../../platform/postgres-pod';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import { serverRoles } from '../../platform/settings/database-server';
import { lostClientParameters, postgresParameters } from '../../platform/settings/postgres-parameters';
import { parseQuantity } from '../../platform/settings/quantity';
import type { Storage } from '../../platform/settings/resources';
import { findImage } from '../images';
import type { WorkloadProps } from '../kubernetes/metadata';
import { onLinux, pulledOnce, spreadAcrossNodes } from '../kubernetes/pod-defaults';
import { toCanonicalQuantity, toPlainRequirements } from '../kubernetes/resources';

const clusterImage = findImage('postgres-cluster');

/** What the spec of a Cluster is made from. */
export interface ClusterInput extends WorkloadProps {
  /** Size, parameters, backup and archive of the servers. */
  readonly database: ClusterDatabase;
  /** Roles that log in, and the workloads whose pods do. */
  readonly roles: readonly LoginRole[];
}

/**
 * The spec of a Cluster. Its defaults of a shutdown are hours; these fit into the time that a node waits when it is drained.
 * The superuser logs in over the network, which only the pod that reconciles the roles may do.
 */
export function makeClusterSpec({ namespaceScope, database, priorityClassName, roles }: ClusterInput): object {
  const { instances, storage, walStorage, resources } = database;
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
    ...makeStart(database),
    postgresql: {
      parameters: makeClusterParameters(database),
      pg_hba: writeAccessRules(database, roles),
      // A commit waits until one standby has it, and only a standby that has all of them is promoted.
      synchronous: { method: 'any', number: 1, dataDurability: 'required', failoverQuorum: true },
    },
    podSelectorRefs: makeClientSelectors(roles),
    // The Secret of the certificate has the authority's own without its key. Those between the servers are the operator's.
    certificates: { serverTLSSecret: postgresCertificates.server, serverCASecret: postgresCertificates.server },
    storage: volume(storage),
    walStorage: volume(walStorage),
    ephemeralVolumesSizeLimit: { shm: '256Mi', temporaryData: '512Mi' },
    resources: toPlainRequirements(resources),
    affinity: {
      ...onLinux,
      enablePodAntiAffinity: true,
      topologyKey: 'kubernetes.io/hostname',
      podAntiAffinityType: 'preferred',
    },
    topologySpreadConstraints: spreadAcrossNodes(clusterPods, instances).topologySpreadConstraints ?? [],
    managed: { services: { disabledDefaultServices: ['r', 'ro'] } },
    replicationSlots: { highAvailability: { enabled: true } },
    plugins: [makeArchive({ barmanObjectName: archiveStore }, true)],
  };
}

/**
 * Every setting of the environment, and of ours what the operator does not own: it sets address, port, sockets, certificates,
 * access file, logging and archiving itself, and refuses a Cluster that states them.
 */
export function makeClusterParameters({
  parameters,
  walStorage,
}: Pick<ClusterDatabase, 'parameters' | 'walStorage'>): Record<string, string> {
  const stated = postgresParameters.keyof().options.map((name) => [name, String(parameters[name])] as const);
  return {
    ...Object.fromEntries(stated),
    ...lostClientParameters,
    ssl_min_protocol_version: 'TLSv1.2',
    max_slot_wal_keep_size: `${computeKeptWal(walStorage)}MB`,
  };
}

/**
 * Most write-ahead log that is kept for a standby that is away, in MiB. Without a limit one that never comes back fills the
 * volume, and the primary stops; a standby that is away for longer reads the archive.
 */
function computeKeptWal({ size }: ClusterDatabase['walStorage']): number {
  return Math.floor((parseQuantity(size) * 0.6) / 1024 ** 2);
}

/**
 * What the data begins with. The database `app` and its owner are the operator's and stay empty: it sets the password of that
 * owner again at each start, and the passwords of our roles are ours.
 */
function makeStart({ start }: ClusterDatabase): object {
  if (start.kind === 'empty') {
    const locale = { encoding: 'UTF8', localeCollate: 'C.UTF-8', localeCType: 'C.UTF-8' };
    return { bootstrap: { initdb: { database: 'app', owner: 'app', dataChecksums: true, ...locale } } };
  }
  const { from, time } = start;
  const parameters = { barmanObjectName: archiveStore, serverName: from };
  return {
    bootstrap: { recovery: { source: from, recoveryTarget: { targetTime: time } } },
    externalClusters: [{ name: from, plugin: makeArchive(parameters, false) }],
  };
}

/** The archive, with the defaults that the API server would add to the list. */
function makeArchive(parameters: Readonly<Record<string, string>>, isWALArchiver: boolean): object {
  return { name: archivePlugin, enabled: true, isWALArchiver, parameters };
}

function volume({ className, size }: Storage): object {
  return { storageClass: className, size: String(toCanonicalQuantity(size).value), resizeInUseVolumes: true };
}

/**
 * Pods that may connect, by the names that the access rules give them. The operator puts the addresses of the pods into the
 * rules, so that a role's password alone is of no use elsewhere.
 */
export function makeClientSelectors(roles: readonly LoginRole[]): object[] {
  const pods = (name: string, workloads: readonly string[]) => ({
    name,
    selector: { matchExpressions: [{ key: 'app', operator: 'In', values: [...workloads] }] },
  });
  return [
    ...roles.map((role) => pods(nameSelector(role), role.workloads)),
    pods('backup', [backupWorkloads.backup]),
    pods('roles', [clusterRoles]),
  ];
}

/** The workload that logs in with a role; several do with the owner's. */
function nameSelector({ workloads, access }: LoginRole): string {
  return access.kind === 'owner' ? 'services' : workloads.join('-');
}

/**
 * Which roles can connect over the network, and how they authenticate. The operator's own rules for standbys come first.
 * Connections that match no line are refused, unencrypted ones too. Quotes keep a name like `all` from being a keyword.
 */
export function writeAccessRules({ name }: Pick<ClusterDatabase, 'name'>, roles: readonly LoginRole[]): string[] {
  const { backup, exporter, superuser } = serverRoles;
  const rule = (database: string, role: string, selector: string) =>
    `hostssl ${database} ${role} \${podselector:${selector}} scram-sha-256`;
  return [
    ...roles.map((login) => rule(`"${name}"`, `"${login.role}"`, nameSelector(login))),
    rule('all', backup, 'backup'),
    rule('all', superuser, 'roles'),
    rule(`"${name}"`, exporter, 'roles'),
    'host all all all reject',
  ];
}

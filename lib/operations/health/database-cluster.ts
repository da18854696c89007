import type { KubernetesObject } from '../../cluster/kubernetes-client';
import { type Condition, compareCreation, describeObject, findCondition } from '../../cluster/kubernetes-types';
import type { Environment } from '../../platform/environment';
import {
  type Check,
  type CheckResult,
  computeElapsed,
  formatElapsed,
  hour,
  makeFailure,
  makeResults,
  makeWarning,
  minute,
} from './check-result';
import type { Snapshot } from './snapshot';

const check = 'database cluster';

/** Milliseconds in which the operator makes a new server, or a standby takes over. */
const gracePeriod = 10 * minute;

/** A Cluster of CloudNativePG, as far as its status is read. */
export interface ClusterObject extends KubernetesObject {
  readonly spec: { readonly instances: number };
  readonly status?: {
    readonly phase?: string;
    readonly phaseReason?: string;
    readonly readyInstances?: number;
    readonly currentPrimary?: string;
    readonly conditions?: readonly Condition[];
  };
}

/** A base backup of CloudNativePG. */
interface BackupObject extends KubernetesObject {
  readonly spec: { readonly cluster: { readonly name: string } };
  readonly status?: { readonly phase?: string; readonly stoppedAt?: string; readonly error?: string };
}

/** Checks the Cluster that services reach: its servers, its archive and its base backups. No row for other databases. */
export function checkDatabaseCluster({
  name,
  namespace,
  database,
}: Pick<Environment, 'name' | 'namespace' | 'database'>): Check {
  if (database.kind !== 'cluster') return () => [];
  return ({ databaseObjects, now }: Snapshot) => {
    const where = `${namespace} Cluster/${database.cluster}`;
    if (databaseObjects === 'unknown kind') {
      return [
        makeFailure(
          check,
          where,
          'the cluster has no kind Cluster; install CloudNativePG, or state database.kind single',
        ),
      ];
    }
    const cluster = databaseObjects.find(isCluster(database.cluster));
    if (cluster === undefined)
      return [makeFailure(check, where, `does not exist; deploy it: npx veza deploy ${name} <version>`)];
    const backups = databaseObjects.filter(isBackupOf(database.cluster));
    return [
      ...checkServers(cluster, now),
      ...checkArchive(cluster),
      ...checkBaseBackups(where, backups, now, database.archive.maxAgeHours * hour),
    ];
  };
}

function isCluster(name: string): (object: KubernetesObject) => object is ClusterObject {
  return (object): object is ClusterObject => object.kind === 'Cluster' && object.metadata.name === name;
}

function isBackupOf(cluster: string): (object: KubernetesObject) => object is BackupObject {
  return (object): object is BackupObject =>
    object.kind === 'Backup' && (object as BackupObject).spec.cluster.name === cluster;
}

function checkServers(cluster: ClusterObject, now: number): CheckResult[] {
  const {
    readyInstances = 0,
    currentPrimary = 'no server',
    phase = 'no phase yet',
    phaseReason,
  } = cluster.status ?? {};
  const { instances } = cluster.spec;
  const object = describeObject(cluster);
  const figures = `${readyInstances} of ${instances} servers are ready, primary ${currentPrimary}`;
  if (readyInstances >= instances) return makeResults(check, object, [], figures);
  const since = findCondition(cluster, 'Ready')?.lastTransitionTime ?? cluster.metadata.creationTimestamp;
  const age = computeElapsed(now, since);
  const reason = [phase, phaseReason].filter(Boolean).join(': ');
  const detail = `${figures}; this has lasted ${formatElapsed(age)} (${reason}); kubectl describe -n ${cluster.metadata.namespace} cluster.postgresql.cnpg.io/${cluster.metadata.name}`;
  return [
    age < gracePeriod && readyInstances > 0 ? makeWarning(check, object, detail) : makeFailure(check, object, detail),
  ];
}

/** A Cluster that has just been made has archived nothing yet. */
function checkArchive(cluster: ClusterObject): CheckResult[] {
  const condition = findCondition(cluster, 'ContinuousArchiving');
  const object = describeObject(cluster);
  if (condition === undefined) return [makeWarning(check, object, 'has not archived its write-ahead log yet')];
  if (condition.status === 'True') return makeResults(check, object, [], 'its write-ahead log reaches the bucket');
  return [
    makeFailure(
      check,
      object,
      `its write-ahead log does not reach the bucket: ${condition.message ?? condition.reason}`,
    ),
  ];
}

function checkBaseBackups(
  object: string,
  backups: readonly BackupObject[],
  now: number,
  maxAge: number,
): CheckResult[] {
  const latest = (phase: string) =>
    backups
      .filter(({ status }) => status?.phase === phase)
      .sort(compareCreation)
      .at(-1);
  const [success, failure] = [latest('completed'), latest('failed')];
  const age = computeElapsed(now, success?.status?.stoppedAt);
  const failures = [
    ...(failure !== undefined && (success === undefined || compareCreation(failure, success) > 0)
      ? [`the latest base backup failed: ${failure.status?.error ?? 'no reason given'}`]
      : []),
    ...(success === undefined ? ['has no base backup'] : []),
    ...(success !== undefined && age > maxAge
      ? [`latest base backup ${formatElapsed(age)} ago, maximum ${maxAge / hour} h`]
      : []),
  ];
  return makeResults(
    check,
    object,
    failures,
    `latest base backup ${formatElapsed(age)} ago, maximum ${maxAge / hour} h`,
  );
}

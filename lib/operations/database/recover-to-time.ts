import type { KubernetesObject } from '../../cluster/kubernetes-client';
import type { Environment } from '../../platform/environment';
import { UsageError } from '../../platform/errors';
import { archiveStore, readFirstCluster } from '../../platform/postgres-cluster';
import type { ClusterDatabase, RecoveredStart } from '../../platform/settings/database-cluster';
import { PostgresAdmin } from '../restore/postgres-admin';
import type { RestoreContext } from '../restore/restore-steps';
import { selectServerPods } from '../restore/server-pods';
import { applyAsDelivered, makeClusterManifests, requireClusterDatabase, withCluster } from './cluster-manifests';
import { type Comparison, compareDatabases } from './compare-databases';
import { findCurrentCluster, switchCluster, waitForCluster } from './switch-cluster';

/** A database as it was at a moment, which services use now. */
export interface Recovery {
  /** Name of the new Cluster. */
  readonly cluster: string;
  readonly start: RecoveredStart;
  /** The Cluster before; it keeps its data. */
  readonly previous: string;
  /** How the data differ from those of the Cluster before; undefined if an earlier run compared them. */
  readonly comparison: Comparison | undefined;
}

/**
 * Recovers an environment's database cluster to a moment: makes a second Cluster from the archive beside the first, compares
 * both, and switches the services to the second. Nothing is deleted. The same run again completes one that was killed.
 * @param time the moment, in RFC 3339
 * @throws UsageError if the moment cannot be restored, or the environment has no database cluster
 */
export async function recoverToTime(context: RestoreContext, time: string): Promise<Recovery> {
  const { environment, platform, progress } = context;
  const database = requireClusterDatabase(environment);
  const moment = parseMoment(time, context.clock.now());
  const cluster = nameRecoveredCluster(database.cluster, moment);
  const start = { kind: 'recovery', from: database.cluster, time: moment } as const;
  const target = withCluster(environment, cluster, start);
  const recovery = { cluster, start, previous: database.cluster };
  const current = await findCurrentCluster(context);
  if (current !== cluster) await requireInArchive(context, database, moment);
  progress.step(`Recovering ${database.cluster} to ${moment} as Cluster ${cluster}`);
  await applyAsDelivered(context, makeClusterManifests(platform, target).cluster);
  await waitForCluster(context, cluster);
  progress.succeed(`Cluster ${cluster} has the data of ${moment}`);
  const comparison = current === cluster ? undefined : await compare(context, environment, target);
  await switchCluster(context, target);
  return { ...recovery, comparison };
}

/** What the user states in the environment, so that the next deploy leads to the same Cluster. */
export function formatStatement({ cluster, start }: Pick<Recovery, 'cluster' | 'start'>): string {
  return `cluster: '${cluster}', start: { kind: 'recovery', from: '${start.from}', time: '${start.time}' }`;
}

async function compare(context: RestoreContext, before: Environment, after: Environment): Promise<Comparison> {
  const { progress } = context;
  progress.step('Comparing the two databases');
  const adminOf = (environment: Environment) =>
    new PostgresAdmin(context, selectServerPods(requireClusterDatabase(environment)));
  const comparison = await compareDatabases(adminOf(before), adminOf(after));
  const { tables, rows, differences } = comparison;
  const summary = `${tables} tables with ${rows} rows; ${differences.length} tables and sequences differ from the present database`;
  progress.succeed([summary, ...differences].join('\n    '));
  return comparison;
}

/**
 * Parses a moment of the past.
 * @returns it in RFC 3339 and UTC, in whole seconds
 * @throws UsageError
 */
export function parseMoment(text: string, now: number): string {
  const stated = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const moment = stated ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment)) {
    throw new UsageError(
      `${JSON.stringify(text)} is not a time; use RFC 3339 with a time zone, such as 2026-11-29T01:15:00Z`,
    );
  }
  if (moment > now) throw new UsageError(`${text} is in the future; the time is ${toSeconds(now)}`);
  return toSeconds(moment);
}

function toSeconds(moment: number): string {
  return new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Names a recovered Cluster after the moment, so that the same run again finds it: `postgres-cluster-20261129t011500`. */
export function nameRecoveredCluster(from: string, moment: string): string {
  return `${readFirstCluster(from)}-${moment.replace(/[-:]|Z$/g, '').toLowerCase()}`;
}

interface ObjectStore extends KubernetesObject {
  readonly status?: {
    readonly serverRecoveryWindow?: Readonly<Record<string, { readonly firstRecoverabilityPoint?: string }>>;
  };
}

/** Before its first base backup nothing of a Cluster can be restored. */
async function requireInArchive(
  { kubectl, environment }: RestoreContext,
  { cluster }: ClusterDatabase,
  moment: string,
): Promise<void> {
  const store = await kubectl.find<ObjectStore>(
    `objectstore.barmancloud.cnpg.io/${archiveStore}`,
    environment.namespace,
  );
  const first = store?.status?.serverRecoveryWindow?.[cluster]?.firstRecoverabilityPoint;
  if (first === undefined) {
    throw new UsageError(
      `the archive of Cluster ${cluster} has no base backup yet, so it cannot be recovered to any time`,
    );
  }
  if (Date.parse(moment) < Date.parse(first)) {
    throw new UsageError(`${moment} is too early: the archive of Cluster ${cluster} begins at ${first}`);
  }
}

import type { KubernetesObject } from '../../cluster/kubernetes-client';
import type { Workload } from '../../cluster/kubernetes-types';
import { formatKubectlCommand, type OperationContext, waitWhilePending } from '../../cluster/operation-context';
import type { Environment } from '../../platform/environment';
import { OperationError, UsageError } from '../../platform/errors';
import { clusterLabels, clusterRoles } from '../../platform/postgres-cluster';
import { postgresHost } from '../../platform/settings/database';
import { findBackupCronJob, findCopyCronJob, waitUntilIdle } from '../backup/backup-jobs';
import type { ClusterObject } from '../health/database-cluster';
import {
  ensureNoActiveMigration,
  listDatabaseWriters,
  waitForPodsGone,
  waitForPodsReady,
} from '../restore/database-writers';
import type { RestoreContext } from '../restore/restore-steps';
import { scaleToZero, suspendCronJob, WorkloadPauser } from '../restore/workload-pauser';
import { applyAsDelivered, makeClusterManifests } from './cluster-manifests';

/** Names the Cluster that services reach; undefined if they reach another kind of database, or none. */
export async function findCurrentCluster({ kubectl, environment }: RestoreContext): Promise<string | undefined> {
  const service = await kubectl.find<Service>(`service/${postgresHost}`, environment.namespace);
  return service?.spec.selector?.[clusterLabels.cluster];
}

interface Service extends KubernetesObject {
  readonly spec: { readonly selector?: Readonly<Record<string, string>> };
}

/**
 * Switches the services to another Cluster, which stays the only change: they are paused meanwhile, so that none writes into
 * both. The same run again completes one that was killed.
 * @param target the environment as it states that Cluster
 * @throws UsageError if there is no such Cluster
 */
export async function switchCluster(context: RestoreContext, target: Environment): Promise<void> {
  const { kubectl, environment, platform, progress, lock } = context;
  const { database } = target;
  if (database.kind !== 'cluster') throw new Error('the target is not a database cluster');
  if (!(await kubectl.exists(nameClusterResource(database.cluster), environment.namespace))) {
    throw new UsageError(`there is no Cluster ${database.cluster} in ${environment.namespace}`);
  }
  await waitForCluster(context, database.cluster);
  await ensureNoActiveMigration(context);
  const pauser = new WorkloadPauser(context);
  await pauser.loadPaused();
  await pauseAll(context, pauser);
  await lock.ensureHeld();
  progress.step(`Switching the services to Cluster ${database.cluster}`);
  const { route, schedule } = makeClusterManifests(platform, target);
  await applyAsDelivered(context, route);
  await waitForRoles(context);
  await applyAsDelivered(context, schedule);
  progress.succeed(`${postgresHost} routes to Cluster ${database.cluster}`);
  await resumePaused(context, pauser);
}

/** Suspends the backups and stops the services that write to the database. */
export async function pauseAll(context: RestoreContext, pauser: WorkloadPauser): Promise<void> {
  const { platform, progress } = context;
  progress.step('Suspending the backup schedules and stopping the services');
  const copy = await findCopyCronJob(context);
  const cronJobs = [await findBackupCronJob(context), ...(copy ? [copy] : [])];
  for (const { metadata } of cronJobs) await pauser.pause(suspendCronJob, metadata.name);
  await waitUntilIdle(context, cronJobs);
  const writers = listDatabaseWriters(platform);
  for (const name of writers) await pauser.pause(scaleToZero, name);
  await waitForPodsGone(context, writers);
  progress.succeed(`Stopped ${writers.join(', ')}`);
}

/** Resumes what is paused and waits until it is ready. */
export async function resumePaused(context: RestoreContext, pauser: WorkloadPauser): Promise<void> {
  const { progress } = context;
  progress.step('Resuming the services and the backup schedules');
  const writers = pauser.pausedDeployments;
  const failures = await pauser.resumeAll();
  if (failures.length > 0) throw new OperationError(failures);
  await waitForPodsReady(context, writers);
  progress.succeed('Resumed the services and the backup schedules');
}

/** Seconds that a Cluster may take: a recovery reads a base backup and replays the log since, each standby copies it. */
const clusterSeconds = 6 * 3600;

/** Seconds in which the pod of the roles has reconciled a server that is ready. */
const rolesSeconds = 600;

/** Name of a Cluster as kubectl takes it. */
export function nameClusterResource(name: string): string {
  return `cluster.postgresql.cnpg.io/${name}`;
}

/** Waits until all servers of a Cluster are ready. */
export async function waitForCluster(context: OperationContext, name: string): Promise<void> {
  const { kubectl, environment } = context;
  const describe = formatKubectlCommand(context, `describe ${nameClusterResource(name)}`);
  const problems = [`Cluster ${name} is not ready after ${clusterSeconds / 3600} h; see ${describe}`];
  await waitWhilePending(context, clusterSeconds, async () => {
    const cluster = await kubectl.find<ClusterObject>(nameClusterResource(name), environment.namespace);
    const { readyInstances = 0, phase = 'not seen by the operator yet' } = cluster?.status ?? {};
    const instances = cluster?.spec.instances ?? 1;
    if (readyInstances >= instances) return undefined;
    return { state: `${readyInstances} of ${instances} servers are ready: ${phase}`, problems };
  });
}

/** Waits until the pod of the roles runs with its present configuration, and has reconciled the server: it is ready then. */
export async function waitForRoles(context: OperationContext): Promise<void> {
  const { kubectl, environment } = context;
  const logs = formatKubectlCommand(context, `logs deployment/${clusterRoles} --container=roles`);
  const problems = [`${clusterRoles} is not ready after ${rolesSeconds} s; see ${logs}`];
  await waitWhilePending(context, rolesSeconds, async () => {
    const found = await kubectl.find<Workload>(`deployment/${clusterRoles}`, environment.namespace);
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = found?.status ?? {};
    const isCurrent = observedGeneration >= (found?.metadata.generation ?? 1);
    const isReady = isCurrent && updatedReplicas > 0 && replicas === updatedReplicas && availableReplicas > 0;
    return isReady ? undefined : { state: `waiting for the pod of ${clusterRoles}`, problems };
  });
}

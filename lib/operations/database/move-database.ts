import type { CronJob } from '../../cluster/kubernetes-types';
import { formatKubectlCommand } from '../../cluster/operation-context';
import { OperationError } from '../../platform/errors';
import { clusterLabels, nameClusterObjects } from '../../platform/postgres-cluster';
import { movedToAnnotation, postgresFiles, postgresPaths, postgresServer } from '../../platform/postgres-pod';
import { postgresHost } from '../../platform/settings/database';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import { listEnvironmentSecrets } from '../../synth/environment-secrets';
import { findBackupCronJob, runForLog, runTask } from '../backup/backup-jobs';
import { type BackupRecord, parseRecords } from '../backup/backup-record';
import { ensureBackupOnVolume } from '../backup/stored-backups';
import { findOutdatedKubernetes } from '../deploy/preflight/cluster-requirements';
import { findMissingDatabaseOperator } from '../deploy/preflight/database-operator';
import { findMissingSecretKeys } from '../deploy/preflight/missing-secrets';
import { ensureNoActiveMigration } from '../restore/database-writers';
import { PostgresAdmin } from '../restore/postgres-admin';
import type { RestoreContext } from '../restore/restore-steps';
import { selectServerPods, singleServerPods } from '../restore/server-pods';
import { WorkloadPauser } from '../restore/workload-pauser';
import {
  applyAsDelivered,
  makeClusterManifests,
  makeMovePolicy,
  moveAccessName,
  requireClusterDatabase,
} from './cluster-manifests';
import { compareDatabases } from './compare-databases';
import {
  findCurrentCluster,
  nameClusterResource,
  pauseAll,
  resumePaused,
  waitForCluster,
  waitForRoles,
} from './switch-cluster';

/**
 * Moves an environment's database from the single server into the cluster that the environment states: makes the Cluster
 * beside, pauses the services, restores a backup of the last moment into it, compares both, and switches the services to it.
 * The single server is stopped and keeps its volume. If a step fails before the services switch, they resume with
 * the single server. The same run again completes one that was killed.
 * @param backup name of the backup to move, for a server whose data is lost. @default - a new one of the single server
 * @returns the name of the backup that was restored into the Cluster; undefined if an earlier run had done so
 * @throws UsageError if the environment states no cluster; OperationError with the cause and what the services use
 */
export async function moveDatabase(context: RestoreContext, backup?: string): Promise<string | undefined> {
  const database = requireClusterDatabase(context.environment);
  await requireReady(context);
  const pauser = new WorkloadPauser(context);
  await pauser.loadPaused();
  if ((await findCurrentCluster(context)) === database.cluster) {
    await finish(context, database, pauser);
    return undefined;
  }
  const isLive = backup === undefined;
  await makeServers(context, database);
  await ensureNoActiveMigration(context);
  const single = new PostgresAdmin(context, singleServerPods);
  try {
    await pauseAll(context, pauser);
    if (isLive) await single.closeFence(`move-to-${database.cluster}`);
    const cronJob = await findBackupCronJob(context);
    const record = isLive ? await backUp(context, cronJob) : await findBackup(context, cronJob, backup);
    await restoreInto(context, cronJob, database, record.name);
    if (isLive) await requireSameData(context, single);
    await switchServices(context, database);
    await finish(context, database, pauser);
    return record.name;
  } catch (error) {
    throw await reportMoveFailure(context, { database, pauser, single: isLive ? single : undefined }, error);
  }
}

/**
 * Steps that switch the services back to the single server, whose data are those of before the move. The servers of the Cluster
 * stop, since the quota of a single server has no room for them. The deploy waits for services, and they for the last two steps.
 */
export function listReturnCommands(context: RestoreContext): string[] {
  const { workload, pod, rolesContainer } = postgresServer;
  const line = (command: string) => formatKubectlCommand(context, command);
  const annotation = `{"metadata":{"annotations":{"${movedToAnnotation}":null}},"spec":{"replicas":1}}`;
  const labels = Object.fromEntries(Object.values(clusterLabels).map((label) => [label, null]));
  const selector = JSON.stringify({ spec: { selector: { app: workload, ...labels } } });
  const { name } = context.environment;
  const { cluster } = requireClusterDatabase(context.environment);
  return [
    line(`annotate ${nameClusterResource(cluster)} cnpg.io/hibernation=on`),
    line(`patch service/${postgresHost} --type=merge --patch='${selector}'`),
    `state database.kind single in ${name}, then run: npx veza deploy ${name} <version> --skip-backup "back to the single server"`,
    'while the deploy waits for the services, in another terminal:',
    line(`patch statefulset/${workload} --type=merge --patch='${annotation}'`),
    line(`exec ${pod} --container=${rolesContainer} -- sh ${postgresPaths.config}/${postgresFiles.fence} open`),
  ];
}

/** Everything that is missing, before anything is changed. */
async function requireReady({ kubectl, environment, platform }: RestoreContext): Promise<void> {
  const secrets = listEnvironmentSecrets(platform, environment);
  const problems = [
    ...(await findOutdatedKubernetes(kubectl, environment)),
    ...(await findMissingDatabaseOperator(kubectl, environment)),
    ...(await findMissingSecretKeys(
      kubectl,
      secrets.filter(({ namespaceScope }) => namespaceScope.namespace === environment.namespace),
    )),
  ];
  if (problems.length > 0) throw new OperationError(problems);
}

async function makeServers(context: RestoreContext, database: ClusterDatabase): Promise<void> {
  const { environment, platform, progress } = context;
  progress.step(`Creating Cluster ${database.cluster} next to the single server`);
  await applyAsDelivered(context, makeClusterManifests(platform, environment).servers);
  await context.kubectl.apply([makeMovePolicy(environment)]);
  await waitForCluster(context, database.cluster);
  await waitForRoles(context);
  progress.succeed(`Cluster ${database.cluster} is ready, and empty`);
}

/** The services are stopped, so that the backup has everything that they wrote. */
async function backUp(context: RestoreContext, cronJob: CronJob): Promise<BackupRecord> {
  context.progress.step('Backing up the single server');
  const log = await runForLog(context, cronJob, { verb: 'create', args: ['create'] });
  const record = parseRecords(log).at(-1);
  if (record === undefined)
    throw new OperationError(['create: the Job succeeded, but its log has no record of a backup']);
  context.progress.succeed(`Backed up ${record.tables} tables with ${record.rows} rows: ${record.name}, verified`);
  return record;
}

async function findBackup(context: RestoreContext, cronJob: CronJob, name: string): Promise<BackupRecord> {
  context.progress.step(`Checking backup ${name}`);
  const record = await ensureBackupOnVolume(context, cronJob, name);
  if (!record.verified) throw new OperationError([`${name} is not verified: ${record.reason}; use a verified backup`]);
  context.progress.succeed(`Backup ${name} is complete: ${record.tables} tables, ${record.rows} rows`);
  return record;
}

async function restoreInto(
  context: RestoreContext,
  cronJob: CronJob,
  database: ClusterDatabase,
  backup: string,
): Promise<void> {
  const { progress } = context;
  progress.step(`Restoring ${backup} into Cluster ${database.cluster}`);
  const cluster = new PostgresAdmin(context, selectServerPods(database));
  // A job that verifies the single server verifies the Cluster too, by the same authority.
  const env = { PGHOST: nameClusterObjects(database).primaryService };
  await cluster.closeFence(backup);
  const roles = await runTask(context, cronJob, { verb: 'roles', args: ['roles', backup], env });
  if (roles.kind !== 'complete') throw new OperationError([`roles: ${roles.cause}`]);
  await cluster.createMissingRoles(roles.log);
  await runForLog(context, cronJob, { verb: 'restore', args: ['restore', backup], env });
  await cluster.reconcile(roles.log);
  progress.succeed(`Restored ${backup}, and reconciled roles, grants and settings`);
}

/**
 * Compares the single server, which nothing can write to, with the Cluster.
 * @throws OperationError that names every table and sequence that differs
 */
async function requireSameData(context: RestoreContext, single: PostgresAdmin): Promise<void> {
  const { environment, progress } = context;
  progress.step('Comparing the single server with the Cluster');
  const cluster = new PostgresAdmin(context, selectServerPods(requireClusterDatabase(environment)));
  const comparison = await compareDatabases(single, cluster);
  if (comparison.differences.length > 0)
    throw new OperationError(['the two databases differ:', ...comparison.differences]);
  progress.succeed(
    `Both have the same ${comparison.tables} tables with ${comparison.rows} rows, and the same sequences`,
  );
}

async function switchServices(context: RestoreContext, { cluster }: ClusterDatabase): Promise<void> {
  const { environment, platform, progress, lock } = context;
  await lock.ensureHeld();
  progress.step(`Switching the services to Cluster ${cluster}`);
  const { route, schedule } = makeClusterManifests(platform, environment);
  await applyAsDelivered(context, [...route, ...schedule]);
  progress.succeed(`${postgresHost} routes to Cluster ${cluster}`);
}

/** What is left once the services use the Cluster; each step can be repeated. */
async function finish(context: RestoreContext, database: ClusterDatabase, pauser: WorkloadPauser): Promise<void> {
  const { kubectl, environment } = context;
  const { namespace } = environment;
  const server = `statefulset/${postgresServer.workload}`;
  if (await kubectl.exists(server, namespace)) {
    const patch = { metadata: { annotations: { [movedToAnnotation]: database.cluster } }, spec: { replicas: 0 } };
    await kubectl.patch(server, namespace, patch);
  }
  await kubectl.delete(`networkpolicy/${moveAccessName}`, namespace);
  await new PostgresAdmin(context, selectServerPods(database)).openFence();
  await resumePaused(context, pauser);
}

/** What a failed move leaves: the services where they are, or the commands that a person needs. */
async function reportMoveFailure(
  context: RestoreContext,
  {
    database,
    pauser,
    single,
  }: { database: ClusterDatabase; pauser: WorkloadPauser; single: PostgresAdmin | undefined },
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof OperationError)) return error;
  context.progress.stop();
  const isLed = await findCurrentCluster(context).then((cluster) => cluster === database.cluster);
  const again = `npx veza database move ${context.environment.name}`;
  if (isLed)
    return new OperationError([
      ...error.problems,
      `the services use Cluster ${database.cluster} already; to complete the move, run: ${again}`,
    ]);
  // A server without data must not get its services back.
  if (single === undefined)
    return new OperationError([...error.problems, `the services stay stopped. Once the cause is fixed, run: ${again}`]);
  await single.openFence();
  const failures = await pauser.resumeAll();
  const left = 'the services use the single server as before; nothing uses the Cluster, which is empty or has a copy';
  return new OperationError([...error.problems, ...failures, `${left}. Once the cause is fixed, run: ${again}`]);
}

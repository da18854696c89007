import { runMutation } from '../../cluster/errors';
import { type JobResult, readJobArguments, waitForJob } from '../../cluster/jobs';
import type { CronJob, Job } from '../../cluster/kubernetes-types';
import { formatKubectlCommand, type OperationContext } from '../../cluster/operation-context';
import { listPermissions, type Permission, type ResourceVerbs } from '../../cluster/permissions';
import { OperationError } from '../../platform/errors';
import { isPausedByRestore } from '../restore/workload-pauser';
import { findBackupCronJob, findCopyCronJob, listActiveJobs, runForLog, runTask, waitUntilIdle } from './backup-jobs';
import { type BackupRecord, parseRecords } from './backup-record';

/** Backups are made, copied and listed by Jobs; their logs have the results. */
const backupVerbs: readonly ResourceVerbs[] = [
  ['cronjobs.batch', 'get'],
  ['jobs.batch', 'get', 'list', 'create', 'delete'],
  ['pods', 'get', 'list'],
  ['pods/log', 'get'],
];

export function listBackupPermissions({ namespace }: { readonly namespace: string }): Permission[] {
  return listPermissions(backupVerbs, namespace);
}

/**
 * Backs up an environment's database and waits until the backup is verified. If a backup is already running, its result is
 * returned.
 * @throws UsageError if the environment has no backups; OperationError if the backup fails
 */
export async function createBackup(context: OperationContext): Promise<BackupRecord> {
  const { environment, progress } = context;
  const cronJob = await findBackupCronJob(context);
  if (isPausedByRestore(cronJob)) {
    throw new OperationError([
      `a restore of ${environment.name} is in progress; wait for it to finish, or run it again if it was interrupted`,
    ]);
  }
  progress.step(`Backing up the database of ${environment.name}`);
  const result = await runOrJoinBackup(context, cronJob);
  if (result.kind !== 'complete') {
    const log = result.kind === 'failed' ? `; its log: ${formatKubectlCommand(context, `logs job/${result.job}`)}` : '';
    throw new OperationError([`no verified backup was made: ${result.cause}${log}`]);
  }
  const record = parseRecords(result.log).at(-1);
  if (!record) throw new OperationError([`Job ${result.job} succeeded, but its log has no record of a backup`]);
  progress.succeed(`Backed up the database: ${record.name}, verified`);
  return record;
}

/**
 * Copies all backups out of the cluster, unverified ones too.
 * @returns false if the environment has no bucket
 * @throws OperationError if the copy fails
 */
export function copyBackups(context: OperationContext): Promise<boolean> {
  return runMutation(() => copyOffsite(context));
}

async function copyOffsite(context: OperationContext): Promise<boolean> {
  const cronJob = await findCopyCronJob(context);
  if (!cronJob) return false;
  context.progress.step('Copying the backups to the bucket');
  await waitUntilIdle(context, [cronJob]);
  await runForLog(context, cronJob, { verb: 'copy', args: readJobArguments(cronJob.spec.jobTemplate) });
  context.progress.succeed('Copied the backups to the bucket');
  return true;
}

async function runOrJoinBackup(context: OperationContext, cronJob: CronJob): Promise<JobResult> {
  const running = (await listActiveJobs(context, cronJob)).find(isBackupJob);
  if (running) {
    context.progress.update(`a backup is already running: Job ${running.metadata.name}`);
    return waitForJob(context, running);
  }
  await waitUntilIdle(context, [cronJob]);
  return runTask(context, cronJob, { verb: 'create', args: ['create'] });
}

function isBackupJob(job: Job): boolean {
  return readJobArguments(job)[0] === 'create';
}

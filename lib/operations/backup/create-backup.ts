import type { JobResult } from '../../cluster/jobs';
import { jobArguments, waitForJob } from '../../cluster/jobs';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import type { CronJob, Job } from '../../cluster/kubernetes-types';
import { runMutation } from '../../cluster/mutation';
import type { Progress } from '../../cluster/operation-context';
import { kubectlCommandLine, type OperationContext } from '../../cluster/operation-context';
import { systemClock } from '../../cluster/wait';
import type { Environment } from '../../platform/environment';
import { OperationError } from '../../platform/errors';
import { isPausedByRestore } from '../restore/pause-strategies';
import { activeJobs, backupCronJob, copyCronJob, runForLog, runTask, waitUntilIdle } from './backup-jobs';
import { type BackupRecord, parseRecords } from './backup-record';

/**
 * Makes a backup of an environment's database and waits until it is verified. Where one is being made already, that is
 * the one.
 * @throws UsageError if the environment has no backups; OperationError with the cause if none came of it
 */
export async function createBackup(
  kubectl: KubernetesClient,
  environment: Environment,
  progress: Progress,
  clock = systemClock,
): Promise<BackupRecord> {
  const site = { kubectl, environment, progress, clock };
  const cronJob = await backupCronJob(site);
  refuseDuringRestore(environment, cronJob);
  progress.step(`making a backup of ${environment.name}`);
  const end = await runOrJoinBackup(site, cronJob);
  if (end.kind !== 'complete') {
    const log = end.kind === 'failed' ? `; its log: ${kubectlCommandLine(site, `logs job/${end.job}`)}` : '';
    throw new OperationError([`no verified backup was made: ${end.cause}${log}`]);
  }
  const record = parseRecords(end.log).at(-1);
  if (!record) throw new OperationError([`Job ${end.job} ended well and does not say which backup it made`]);
  progress.succeed(`backup ${record.name} is made and verified`);
  return record;
}

/**
 * Copies all verified backups out of the cluster, the one that was made just now included. Returns whether there is
 * somewhere to copy them to.
 * @throws OperationError with the cause
 */
export function copyBackups(site: OperationContext): Promise<boolean> {
  return runMutation(() => copyOffsite(site));
}

async function copyOffsite(site: OperationContext): Promise<boolean> {
  const cronJob = await copyCronJob(site);
  if (!cronJob) return false;
  site.progress.step('copying the backups outside the cluster');
  await waitUntilIdle(site, [cronJob]);
  await runForLog(site, cronJob, { verb: 'copy', args: jobArguments(cronJob.spec.jobTemplate) });
  site.progress.succeed('every verified backup is outside the cluster too');
  return true;
}

/** During a restore the database is not what anybody wants to keep. */
function refuseDuringRestore({ name }: Environment, cronJob: CronJob): void {
  if (!isPausedByRestore(cronJob)) return;
  throw new OperationError([
    `a restore of ${name} is under way, or was stopped before its end; in that case run it again, which repairs that`,
  ]);
}

async function runOrJoinBackup(site: OperationContext, cronJob: CronJob): Promise<JobResult> {
  const running = (await activeJobs(site, cronJob)).find(isBackupJob);
  if (running) {
    site.progress.update(`Job ${running.metadata.name} makes one already`);
    return waitForJob(site, running);
  }
  await waitUntilIdle(site, [cronJob]);
  return runTask(site, cronJob, { verb: 'create', args: ['create'] });
}

function isBackupJob(job: Job): boolean {
  return jobArguments(job)[0] === 'create';
}

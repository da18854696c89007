import type { Environment } from '../../environments/environment';
import type { Kubectl } from '../kubectl';
import { argumentsOf, isLike, type Job } from './jobs';
import { backupCronJob } from './site';

/** When the youngest verified backup was finished, as far as the cluster remembers; nothing if it knows of none. */
export async function lastBackup(kubectl: Kubectl, environment: Environment): Promise<Date | undefined> {
  const cronJob = await backupCronJob({ kubectl, environment });
  const jobs = (await kubectl.list<Job>('jobs', environment.namespace)).filter(
    (job) => isLike(job, cronJob) && argumentsOf(job)[0] === 'create',
  );
  const times = [cronJob.status?.lastSuccessfulTime, ...jobs.map(({ status }) => status?.completionTime)]
    .filter((time) => time !== undefined)
    .sort();
  const youngest = times.at(-1);
  return youngest === undefined ? undefined : new Date(youngest);
}

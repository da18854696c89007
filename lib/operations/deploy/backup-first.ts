import { backupWorkloads } from '../../backup/backup-workloads';
import { createBackup } from '../backup/create-backup';
import { lastBackup } from '../backup/youngest-success';
import { serverTime } from '../server-time';
import type { Crew } from './crew';
import type { Plan } from './plan';

/** Minutes in which a verified backup is fresh enough for a deploy: what is lost then is known to whoever deploys. */
const freshMinutes = 60;

/** Backs the database up before a release touches it, where the environment asks for that and the order does not refuse it. */
export async function backUpFirst(plan: Pick<Plan, 'environment' | 'skipBackup'>, crew: Crew): Promise<void> {
  const { environment, skipBackup } = plan;
  const { kubectl, progress, say } = crew;
  if (!environment.deployment.backup) return;
  if (skipBackup !== undefined) {
    say(`  the database is not backed up first: ${skipBackup}`);
    return;
  }
  if (!(await kubectl.find(`cronjob/${backupWorkloads.backup}`, environment.namespace))) {
    say('  nothing can back the database up yet: this deploy brings the first backup');
    return;
  }
  const minutes = await minutesSinceBackup(plan, crew);
  if (minutes !== undefined && minutes >= 0 && minutes < freshMinutes) {
    progress.step('back up the database');
    progress.done(`the last backup is ${minutes} min old`);
    return;
  }
  if (minutes !== undefined && minutes < 0) {
    say(`  the last backup is dated ${-minutes} min after the cluster's own time, so it does not count`);
  }
  await createBackup(kubectl, environment, progress);
}

/** How the history and the notification name a deploy without a backup; empty where nothing was skipped. */
export function backupRemark({ skipBackup }: Pick<Plan, 'skipBackup'>): string {
  return skipBackup === undefined ? '' : ` without a backup (${skipBackup})`;
}

/** Both times are the cluster's. Where one of them is not known, neither is the age, and a backup is made. */
async function minutesSinceBackup(
  { environment }: Pick<Plan, 'environment'>,
  { kubectl }: Crew,
): Promise<number | undefined> {
  const last = await lastBackup(kubectl, environment);
  const now = await serverTime(kubectl, environment.namespace);
  if (last === undefined || now === undefined) return undefined;
  const age = (now - last.getTime()) / 60_000;
  // The lock may have been renewed just before the backup was done.
  return age > -1 ? Math.floor(Math.max(0, age)) : Math.floor(age);
}

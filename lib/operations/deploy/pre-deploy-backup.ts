import { serverTime } from '../../cluster/server-time';
import { backupWorkloads } from '../../platform/backup-names';
import { createBackup } from '../backup/create-backup';
import { latestBackupTime } from '../backup/list-backups';
import type { DeployContext, DeployPlan } from './plan';

/** Minutes in which a verified backup is fresh enough for a deploy: what is lost then is known to whoever deploys. */
const maxAgeMinutes = 60;

/** Backs the database up before a release touches it, where the environment asks for that and the order does not refuse it. */
export async function backUpBeforeDeploy(
  plan: Pick<DeployPlan, 'environment' | 'skipBackup'>,
  crew: DeployContext,
): Promise<void> {
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
  if (minutes !== undefined && minutes >= 0 && minutes < maxAgeMinutes) {
    progress.step('back up the database');
    progress.succeed(`the last backup is ${minutes} min old`);
    return;
  }
  if (minutes !== undefined && minutes < 0) {
    say(`  the last backup is dated ${-minutes} min after the cluster's own time, so it does not count`);
  }
  await createBackup(kubectl, environment, progress);
}

/** How the history and the notification name a deploy without a backup; empty where nothing was skipped. */
export function backupRemark({ skipBackup }: Pick<DeployPlan, 'skipBackup'>): string {
  return skipBackup === undefined ? '' : ` without a backup (${skipBackup})`;
}

/** Both times are the cluster's. Where one of them is not known, neither is the age, and a backup is made. */
async function minutesSinceBackup(
  { environment }: Pick<DeployPlan, 'environment'>,
  { kubectl }: DeployContext,
): Promise<number | undefined> {
  const last = await latestBackupTime(kubectl, environment);
  const now = await serverTime(kubectl, environment.namespace);
  if (last === undefined || now === undefined) return undefined;
  const age = (now - last.getTime()) / 60_000;
  // The lock may have been renewed just before the backup was done.
  return age > -1 ? Math.floor(Math.max(0, age)) : Math.floor(age);
}

import { readServerTime } from '../../cluster/lease';
import { backupWorkloads } from '../../platform/backup-names';
import { createBackup } from '../backup/create-backup';
import { findLatestBackupTime } from '../backup/stored-backups';
import type { DeployContext, DeployPlan } from './deploy-context';

/** Age in minutes up to which a verified backup counts as recent enough for a deploy. */
const maxAgeMinutes = 60;

/** Backs the database up before a deploy, if the environment requires it and the request does not skip it. */
export async function backUpBeforeDeploy(
  { skipBackup }: Pick<DeployPlan, 'skipBackup'>,
  context: Pick<DeployContext, 'kubectl' | 'environment' | 'progress' | 'clock' | 'print'>,
): Promise<void> {
  const { kubectl, environment, progress, clock, print } = context;
  if (!environment.deployment.backup) return;
  if (skipBackup !== undefined) {
    print(`  skipping the database backup: ${skipBackup}`);
    return;
  }
  if (!(await kubectl.find(`cronjob/${backupWorkloads.backup}`, environment.namespace))) {
    print('  no database backup: this deploy creates the CronJob for backups');
    return;
  }
  const minutes = await readMinutesSinceBackup(context);
  if (minutes !== undefined && minutes >= 0 && minutes < maxAgeMinutes) {
    progress.step('Backing up database');
    progress.succeed(`Latest backup is recent enough (${minutes} min old)`);
    return;
  }
  if (minutes !== undefined && minutes < 0) {
    print(`  ignoring the latest backup: by the cluster's clock its time is ${-minutes} min in the future`);
  }
  await createBackup({ kubectl, environment, progress, clock });
}

/** How Helm's history and the notification mark a deploy without a backup; empty if no backup was skipped. */
export function formatBackupRemark({ skipBackup }: Pick<DeployPlan, 'skipBackup'>): string {
  return skipBackup === undefined ? '' : ` without a backup (${skipBackup})`;
}

/** Both times are the cluster's. If one of them is unknown, so is the age, and a backup is made. */
async function readMinutesSinceBackup({
  kubectl,
  environment,
}: Pick<DeployContext, 'kubectl' | 'environment'>): Promise<number | undefined> {
  const last = await findLatestBackupTime({ kubectl, environment });
  const now = await readServerTime(kubectl, environment.namespace);
  if (last === undefined || now === undefined) return undefined;
  const age = (now - last.getTime()) / 60_000;
  // The lock may have been renewed just before the backup ended.
  return age > -1 ? Math.floor(Math.max(0, age)) : Math.floor(age);
}

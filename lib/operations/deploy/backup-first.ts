import { backupWorkloads } from '../../backup/backup-workloads';
import type { Environment } from '../../environments/environment';
import { createBackup } from '../backup/create-backup';
import { lastBackup } from '../backup/youngest-success';
import type { Crew } from './crew';

/** Minutes in which a verified backup is fresh enough for a deploy: what is lost then is known to whoever deploys. */
const freshMinutes = 60;

/** Backs the database up before a release touches it, where the environment asks for that. */
export async function backUpFirst(environment: Environment, { kubectl, progress, say }: Crew): Promise<void> {
  if (!environment.deployment.backup) return;
  if (!(await kubectl.find(`cronjob/${backupWorkloads.backup}`, environment.namespace))) {
    say('  nothing can back the database up yet: this deploy brings the first backup');
    return;
  }
  const last = await lastBackup(kubectl, environment);
  const minutes = last && Math.floor((Date.now() - last.getTime()) / 60_000);
  if (minutes !== undefined && minutes < freshMinutes) {
    progress.step('back up the database');
    progress.done(`the last backup is ${minutes} min old`);
    return;
  }
  await createBackup(kubectl, environment, progress);
}

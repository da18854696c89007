import { backupPaths } from '../../backup/backup-configuration';
import { backupWorkloads } from '../../backup/backup-workloads';
import type { InClusterDatabase } from '../../data/database';
import type { Environment } from '../../environments/environment';
import { FailedError, UsageError } from '../../problems';
import { argumentsOf } from '../jobs/job';
import type { CronJob } from '../objects';
import type { Place } from '../site';

/** Names of what the cluster has for backups. */
export const backupObjects = {
  /** CronJob that makes backups. Every other Job that works on them is derived from it. */
  cronJob: backupWorkloads.backup,
  /** CronJob that copies them out of the cluster, where the environment has a bucket. */
  copy: backupWorkloads.copy,
  /** Where both mount the volume of the backups. */
  volume: backupPaths.backups,
  /** How the copying program's arguments begin that mean a place outside the cluster. */
  remote: 'offsite:',
} as const;

/**
 * The environment's database, if it is one that we back up.
 * @throws UsageError
 */
export function backedUpDatabase({ name, database }: Environment): InClusterDatabase {
  if (database.kind === 'in-cluster') return database;
  throw new UsageError(`the database of ${name} is a managed one; whoever runs it backs it up and restores it`);
}

/**
 * The CronJob that makes the environment's backups.
 * @throws UsageError if the environment was never deployed with one, or has a database that somebody else backs up
 */
export async function backupCronJob({ kubectl, environment }: Place): Promise<CronJob> {
  backedUpDatabase(environment);
  const { name, namespace } = environment;
  const found = await kubectl.find<CronJob>(`cronjob/${backupObjects.cronJob}`, namespace);
  if (found) return found;
  throw new UsageError(
    `there is no CronJob ${backupObjects.cronJob} in ${namespace}; deploy it first: npm run deploy -- ${name} <version>`,
  );
}

/** The CronJob that copies backups out of the cluster, or nothing where there is none. */
export function copyCronJob({ kubectl, environment }: Place): Promise<CronJob | undefined> {
  return kubectl.find<CronJob>(`cronjob/${backupObjects.copy}`, environment.namespace);
}

/** Where a CronJob copies backups to, as its program is told: `offsite:bucket/namespace`. */
export function bucketOf({ metadata, spec }: CronJob): string {
  const args = argumentsOf(spec.jobTemplate);
  const bucket = args.find((arg) => arg.startsWith(backupObjects.remote));
  if (bucket !== undefined) return bucket;
  throw new FailedError([`CronJob ${metadata.name} does not say where it copies to: ${args.join(' ')}`]);
}

import type { InClusterDatabase } from '../../data/database';
import type { Environment } from '../../environments/environment';
import { UsageError } from '../../problems';
import type { Clock } from '../clock';
import type { Kubectl } from '../kubectl';
import type { Progress } from '../progress';
import { backupObjects, type CronJob } from './jobs';

/** Where an operation on backups works, and whom it tells. */
export interface Site {
  readonly kubectl: Kubectl;
  readonly environment: Environment;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Ends its waits before their time. */
  readonly signal?: AbortSignal;
}

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
export async function backupCronJob({ kubectl, environment }: Pick<Site, 'kubectl' | 'environment'>): Promise<CronJob> {
  backedUpDatabase(environment);
  const { name, namespace } = environment;
  const found = await kubectl.find<CronJob>(`cronjob/${backupObjects.cronJob}`, namespace);
  if (found) return found;
  throw new UsageError(
    `there is no CronJob ${backupObjects.cronJob} in ${namespace}; deploy it first: npm run deploy -- ${name} <version>`,
  );
}

/** The CronJob that copies backups out of the cluster, or nothing where there is none. */
export function copyCronJob({
  kubectl,
  environment,
}: Pick<Site, 'kubectl' | 'environment'>): Promise<CronJob | undefined> {
  return kubectl.find<CronJob>(`cronjob/${backupObjects.copy}`, environment.namespace);
}

/** A call of kubectl in the environment, to be typed by hand. */
export function byHand({ kubectl, environment }: Pick<Site, 'kubectl' | 'environment'>, command: string): string {
  return `kubectl --context=${kubectl.context} --namespace=${environment.namespace} ${command}`;
}

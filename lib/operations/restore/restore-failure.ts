import { jobArguments } from '../../cluster/jobs';
import type { CronJob, Job } from '../../cluster/kubernetes-types';
import { LockLostError } from '../../cluster/lease-client';
import type { OperationContext } from '../../cluster/operation-context';
import { waitUntil } from '../../cluster/wait';
import { OperationError } from '../../platform/errors';
import { activeJobs } from '../backup/backup-jobs';
import type { PostgresAdmin } from './postgres-admin';
import type { RestoreSteps } from './restore-steps';

/**
 * What went wrong, which data there is now, and what still stands still after everything was tried. Whoever has lost the
 * Lease tries nothing: everything is the next one's.
 */
export async function reportRestoreFailure(
  site: OperationContext,
  cronJob: CronJob,
  steps: RestoreSteps,
  error: unknown,
): Promise<OperationError> {
  site.progress.stop();
  const lines = linesOf(site, error);
  try {
    const outcome = await steps.outcome();
    return new OperationError([
      ...lines,
      ...(outcome.kind === 'restored' ? await finishReconciliation(steps) : []),
      ...(isEmpty(steps, outcome) ? [] : describeOutcome(steps.server, outcome)),
      ...(await resumeWorkloads(site, cronJob, steps, outcome)),
    ]);
  } catch (lost) {
    if (!(lost instanceof LockLostError)) throw lost;
    return new OperationError([...new Set([...lines, ...lost.problems, ...steps.commands])]);
  }
}

/** A restore that was stopped between the names and the grants still owes the grants. */
async function finishReconciliation(steps: RestoreSteps): Promise<string[]> {
  await steps.fresh.settle().catch(() => undefined);
  const byHand = `the roles, grants and settings of the restored database are not reconciled; do it: ${steps.reconcileCommand}`;
  if (steps.reconciled) return [byHand];
  try {
    await steps.reconcile();
    return [];
  } catch (error) {
    if (error instanceof LockLostError) throw error;
    return [...linesOf({}, error), byHand];
  }
}

/** Services must not come back to a database that a pod may still be about to rename: then all stays as it is. */
async function resumeWorkloads(
  site: OperationContext,
  cronJob: CronJob,
  steps: RestoreSteps,
  outcome: RestoreOutcome,
): Promise<string[]> {
  const danger = isEmpty(steps, outcome) ? emptyServer(steps) : await reasonNotToResume(site, cronJob, steps);
  const { standstill } = steps;
  if (danger !== undefined) return [`${danger}:`, ...steps.commands];
  const { pausedDeployments: writers } = standstill;
  site.progress.step('starting again what was stopped');
  const closed = await steps.openFence();
  const troubles = closed.length > 0 ? closed : await standstill.resumeAll();
  if (troubles.length > 0) return troubles;
  site.progress.succeed('services and schedules are as they were');
  return [
    writers.length > 0
      ? 'the services are started again as they were, and so are the schedules of the backups'
      : 'the services were not stopped, and the schedules of the backups are as they were',
  ];
}

/** A fresh server holds no data until a restore has succeeded. */
function isEmpty({ fresh }: RestoreSteps, outcome: RestoreOutcome): boolean {
  return fresh.setAside !== undefined && outcome.kind !== 'restored';
}

function emptyServer({ fresh }: RestoreSteps): string {
  return (
    `the database server may be a fresh one without data; the old data are kept as ${fresh.setAside}. So the services stay ` +
    'stopped: run the restore again, or set going by hand what stands still'
  );
}

/** Why nothing may be set going, and what to do; nothing if all is clear. What nobody can tell is as bad as a yes. */
async function reasonNotToResume(
  site: OperationContext,
  cronJob: CronJob,
  { hold, standstill }: RestoreSteps,
): Promise<string | undefined> {
  const remedy = 'run the restore again, or set going by hand what stands still';
  try {
    await hold.ensureHeld();
    const look = async () => {
      // Also what the cluster has heard, and this run has not heard that it has.
      await standstill.loadPaused();
      return (await activeJobs(site, cronJob)).filter(isRestoreJob).map(({ metadata }) => metadata.name);
    };
    const late = () => new OperationError(['the cluster does not answer']);
    const atWork = await waitUntil(look, { clock: site.clock, seconds: 60, onTimeout: late });
    if (atWork.length === 0) return undefined;
    return `Job ${atWork.join(', ')} may still replace the database; when it is gone, ${remedy}`;
  } catch (error) {
    if (error instanceof LockLostError) throw error;
    return `whether a Job still replaces the database cannot be seen (${linesOf({}, error).join('; ')}); when none is at work, ${remedy}`;
  }
}

function isRestoreJob(job: Job): boolean {
  return jobArguments(job)[0] === 'restore';
}

/** What became of the database. */
export type RestoreOutcome =
  /** It is the one that it was. */
  | { readonly kind: 'untouched' }
  /** It is the restored one, and the one before has another name, if there was one. */
  | { readonly kind: 'restored'; readonly previous: string | undefined }
  /** Nobody could be asked. */
  | { readonly kind: 'unknown'; readonly cause: string };

/** What became of the database, as the server itself sees it: a Job that was stopped cannot tell. */
export async function detectOutcome(
  { clock }: OperationContext,
  server: PostgresAdmin,
  before: string | undefined,
): Promise<RestoreOutcome> {
  const look = async (): Promise<RestoreOutcome> => {
    const now = await server.databaseOid();
    if (now === before) return { kind: 'untouched' };
    return { kind: 'restored', previous: before === undefined ? undefined : await server.databaseName(before) };
  };
  try {
    return await waitUntil(look, {
      clock,
      seconds: 60,
      onTimeout: () => new OperationError(['the server does not answer']),
    });
  } catch (error) {
    return { kind: 'unknown', cause: error instanceof Error ? error.message : String(error) };
  }
}

/** The outcome in words, for somebody to whom something else went wrong. */
export function describeOutcome(server: PostgresAdmin, outcome: RestoreOutcome): string[] {
  const { database, temporaryNames: beside } = server;
  if (outcome.kind === 'untouched') return [`database ${database} is as it was: nothing was replaced`];
  if (outcome.kind === 'restored') {
    const previous = outcome.previous ? `; the one before is ${outcome.previous}` : '';
    return [`database ${database} is the restored one${previous}`];
  }
  return [
    `whether database ${database} was replaced could not be seen (${outcome.cause}); ` +
      `if there is a new ${beside.before}…, it was: ${server.listCommand}`,
  ];
}

/** Whoever stops the command stops the kubectl that it runs too, and its last words are not the cause. */
export function linesOf({ signal }: Pick<OperationContext, 'signal'>, error: unknown): readonly string[] {
  const cause: unknown = signal?.aborted ? signal.reason : error;
  if (cause instanceof OperationError) return cause.problems;
  return [cause instanceof Error ? cause.message : String(cause)];
}

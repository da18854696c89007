import type { HelmClient, Revision } from '../../cluster/helm-client';
import { LockLostError } from '../../cluster/lease-client';
import type { Progress } from '../../cluster/progress';
import type { Environment } from '../../platform/environment';
import type { Problem } from '../../platform/errors';
import { OperationError, UsageError } from '../../platform/errors';
import type { DeployContext } from '../deploy/plan';
import { type DeployPlan, historyUnderLock, overtakenBy } from '../deploy/plan';
import { RolloutWatcher } from '../deploy/rollout-watcher';
import { standing } from '../deploy/standing';
import { effectiveRevisions, previousSuccessful, sourceRevision, wasDeployed } from './release-history';

/**
 * Takes an environment back to an earlier revision, unless somebody else has changed it since that was decided. Returns
 * what it did, in one line.
 * @param stop keeps it from beginning; half-way back would be worse than back
 * @throws OperationError with the cause
 */
export async function rollBack(
  target: Revision,
  { environment, history }: Pick<DeployPlan, 'environment' | 'history'>,
  crew: Omit<DeployContext, 'say' | 'smoke'>,
  stop: AbortSignal,
): Promise<string> {
  const release = `revision ${target.revision} (${target.app_version})`;
  await crew.lease.withLock(
    `rollback to revision ${target.revision}`,
    stop,
    async ({ signal, ensureHeld: confirm }) => {
      const other = overtakenBy(history, await historyUnderLock(environment, crew));
      if (other) {
        const what = `revision ${other.revision} (${other.app_version}) was deployed meanwhile`;
        throw new OperationError([`${what}; nothing was changed: see \`npm run releases\`, and run it again`]);
      }
      signal.throwIfAborted();
      await confirm();
      crew.progress.step(`go back to ${release}`);
      await rollBackTo(rollbackContext(environment, crew, signal), target);
      crew.progress.succeed('everything is ready');
    },
  );
  return `${environment.name} is back at ${release}; data was not rolled back`;
}

/**
 * The revision that somebody wants an environment back at.
 * @param asked its number. @default - the one in force before
 * @throws UsageError if there is none, it never was in force, or it is what runs
 */
export function selectRollbackTarget(history: readonly Revision[], asked?: string): Revision {
  const good = history.filter(wasDeployed);
  const numbers = `there are revisions ${good.map(({ revision }) => revision).join(', ') || 'none'}`;
  const aim =
    asked === undefined ? previousSuccessful(history) : good.find(({ revision }) => String(revision) === asked);
  if (!aim && asked === undefined) throw new UsageError(`there is no earlier release to go back to; ${numbers}`);
  if (!aim) throw new UsageError(`${JSON.stringify(asked)} is no revision that ever was in force; ${numbers}`);
  if (isCurrent(aim, history))
    throw new UsageError(`revision ${aim.revision} (${aim.app_version}) is what runs; ${numbers}`);
  return aim;
}

/** Whether the newest revision brought what another one did. */
function isCurrent(aim: Revision, history: readonly Revision[]): boolean {
  const [newest, current] = [history.at(-1), effectiveRevisions(history).at(-1)];
  if (!current || current !== newest) return false;
  return sourceRevision(current, history) === sourceRevision(aim, history);
}

/** With whom an environment goes back, and how long its pods may take. */
export interface RollbackContext {
  readonly helm: HelmClient;
  readonly rollout: RolloutWatcher;
  readonly progress: Progress;
  readonly timeoutSeconds: number;
  /** What runs where going back to a revision failed, and what to type next. */
  readonly standing: (good: Revision) => Promise<readonly Problem[]>;
  /** Aborts when the lock is lost, or when the user stops the work. */
  readonly signal: AbortSignal;
}

/** The way back of an environment, and of its monitoring. */
export function rollbackContext(
  environment: Environment,
  crew: Pick<DeployContext, 'helm' | 'kubectl' | 'progress' | 'clock'>,
  signal: AbortSignal,
): RollbackContext {
  const { helm, kubectl, progress } = crew;
  const { timeoutSeconds } = environment.deployment;
  return {
    helm,
    progress,
    rollout: RolloutWatcher.of(environment, crew),
    timeoutSeconds,
    standing: (good) => standing(kubectl, environment, good),
    signal,
  };
}

/**
 * Brings the cluster back to an earlier revision and waits until it is ready. Data stays as it is. It does not heed a
 * user who wants to stop, since half-way back would be worse; a lost lock ends it.
 * @throws OperationError with the cause; LeaseLost
 */
export async function rollBackTo(
  { helm, rollout, timeoutSeconds, standing, signal }: RollbackContext,
  good: Revision,
): Promise<void> {
  const { revision, app_version } = good;
  const { failure } = await rollout.follow(helm.rollback(revision, timeoutSeconds, signal));
  if (failure === undefined) return;
  if (signal.reason instanceof LockLostError) throw signal.reason;
  const what = `going back to revision ${revision} (${app_version})`;
  const state = await standing(good);
  throw rollout.cause.toError(failure, (cause) => [`${what} failed: ${cause}`, ...state]);
}

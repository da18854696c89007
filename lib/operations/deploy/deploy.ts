import { runMutation } from '../../cluster/errors';
import { LockLostError } from '../../cluster/lease';
import type { HeldLock } from '../../cluster/operation-lock';
import { OperationError, type Problem, readErrorMessage } from '../../platform/errors';
import { describeRevision, findLastSuccessful } from '../rollback/release-history';
import { rollBackTo } from '../rollback/rollback';
import type { DeployContext, DeployPlan, DeployRequest } from './deploy-context';
import { handOverReplicas } from './hand-over-replicas';
import { formatFirstDeployHint, upgradeRelease } from './helm-upgrade';
import { findMigrationTemplate, runMigration } from './migration';
import { findLaterRevision, planDeploy, readHistoryUnderLock } from './plan';
import { backUpBeforeDeploy, formatBackupRemark } from './pre-deploy-backup';
import { findDryRunProblems } from './preflight/preflight';
import { recoverInterrupted } from './recover-interrupted';

/** What the caller of a deploy decides. */
export interface DeployDecisions {
  /** Asks whether to carry a plan out, again for each new plan; rejects if the answer is no. */
  readonly confirm: (plan: DeployPlan) => Promise<void>;
  /** Runs work with a signal that aborts it, and waits for it to clean up. */
  readonly abortable: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/**
 * Plans a deploy, asks for confirmation and carries it out. Returns the result in one line.
 * If another deploy gets in between, this one plans and asks again, so that neither takes the other back.
 *
 * @throws UsageError or OperationError that names every problem
 */
export async function deploy(
  request: DeployRequest,
  context: DeployContext,
  { confirm, abortable }: DeployDecisions,
): Promise<string> {
  for (;;) {
    const plan = await planDeploy(request, context);
    if (request.dryRun) return `${plan.release} can be deployed to ${plan.environment.name}; nothing was changed`;
    await confirm(plan);
    const result = await abortable((signal) => runMutation(() => executePlan(plan, context, signal), signal));
    if (result !== undefined) return result;
  }
}

/** A plan that is carried out while the lock is held. The environment of the context is the plan's. */
interface Execution {
  readonly plan: DeployPlan;
  readonly context: DeployContext;
  readonly lock: HeldLock;
}

/** Carries a plan out. Returns undefined, with nothing changed, if another revision was deployed since it was made. */
async function executePlan(plan: DeployPlan, context: DeployContext, stop: AbortSignal): Promise<string | undefined> {
  const { environment, release } = plan;
  const remark = formatBackupRemark(plan);
  await createNamespaces(plan, context);
  const description = `deploy ${release}${remark} after revision ${plan.history.at(-1)?.revision ?? 0}`;
  return context.lock.withLock(description, stop, async (lock) => {
    const planned = { ...context, environment };
    const history = await readHistoryUnderLock(planned);
    await recoverInterrupted(planned, history, lock);
    const other = findLaterRevision(plan.history, history);
    if (other) {
      context.print(`${describeRevision(other)} was deployed since this deploy was planned; planning again`);
      return undefined;
    }
    await execute({ plan: { ...plan, history: await context.helm.history() }, context: planned, lock });
    return `${release} is deployed to ${environment.name}${remark}`;
  });
}

async function execute(execution: Execution): Promise<void> {
  const { plan, context } = execution;
  await ensureMayContinue(execution);
  await backUpBeforeDeploy(plan, context);
  await ensureMayContinue(execution);
  await migrateDatabase(execution);
  await ensureMayContinue(execution);
  await handOverReplicas(plan, context);
  await rollOut(execution, { wait: true });
  await verifyPublicServices(execution);
}

/** The lock may have been lost while this machine slept, so the signal alone is not enough. */
async function ensureMayContinue({ lock }: Execution): Promise<void> {
  lock.signal.throwIfAborted();
  await lock.ensureHeld();
}

/** Namespaces are retained whatever happens, so they may be created first; then the objects in them can be validated. */
async function createNamespaces(
  { manifests, unvalidated }: DeployPlan,
  { kubectl, progress }: DeployContext,
): Promise<void> {
  if (unvalidated.length === 0) return;
  progress.step('Creating namespaces');
  const namespaces = manifests.objects.filter(({ kind }) => kind === 'Namespace');
  await kubectl.apply(namespaces);
  const problems = await findDryRunProblems(kubectl, unvalidated);
  if (problems.length > 0) throw new OperationError(problems);
  progress.succeed(`Created namespaces and validated ${unvalidated.length} objects in them`);
}

/** Migrates the database, if the environment declares how. The first release creates the database itself. */
async function migrateDatabase(execution: Execution): Promise<void> {
  const { plan, context } = execution;
  const template = findMigrationTemplate(plan.manifests.objects, context.platform.name);
  if (!template) return;
  const isFirst = findLastSuccessful(plan.history) === undefined;
  if (isFirst) await rollOut(execution, { wait: false });
  await ensureMayContinue(execution);
  try {
    await runMigration(template, plan, context);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const state = isFirst ? formatFirstDeployHint(plan.environment.namespace) : 'the previous release keeps running';
    throw new OperationError([...error.problems, state], [...error.publicMessages, state]);
  }
}

async function rollOut({ plan, context, lock }: Execution, { wait }: { readonly wait: boolean }): Promise<void> {
  const { environment, release } = plan;
  const { progress } = context;
  progress.step(wait ? `Deploying ${release} to ${environment.name}` : `Creating the objects of ${release}`);
  await upgradeRelease(context, plan, { wait, signal: lock.signal });
  progress.succeed(wait ? `Deployed ${release}: all workloads are ready` : `Created the objects of ${release}`);
}

/** Rolls back a release whose pods are ready but do not serve the public addresses. */
async function verifyPublicServices(execution: Execution): Promise<void> {
  const { signal } = execution.lock;
  const { progress, runSmokeTests } = execution.context;
  progress.step('Running smoke tests');
  try {
    await runSmokeTests(signal);
    signal.throwIfAborted();
    progress.succeed('Smoke tests passed');
  } catch (error) {
    const cause: unknown = signal.aborted ? signal.reason : error;
    // The new holder of the lock decides what runs.
    if (cause instanceof LockLostError) throw cause;
    throw new OperationError([...listPublicMessages(cause), ...(await rollBackAfterFailure(execution))]);
  }
}

/** Rolls back a release that failed its smoke tests. Returns the result of that. */
async function rollBackAfterFailure({ plan, context, lock }: Execution): Promise<readonly Problem[]> {
  const target = findLastSuccessful(plan.history);
  if (!target) return [formatFirstDeployHint(plan.environment.namespace)];
  context.progress.step(`Rolling back to ${describeRevision(target)}`);
  try {
    await rollBackTo(context, target, lock.signal);
    return [`rolled back to ${describeRevision(target)}`];
  } catch (error) {
    return listPublicMessages(error);
  }
}

/** These are combined with others into an error that is sent to the webhook as well. */
function listPublicMessages(error: unknown): readonly Problem[] {
  return error instanceof OperationError ? error.publicMessages : [readErrorMessage(error)];
}

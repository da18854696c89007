import { LockLostError } from '../../cluster/lease-client';
import type { HeldLock } from '../../cluster/operation-lock';
import { OperationError, type Problem } from '../../platform/errors';
import { lastSuccessful } from '../rollback/release-history';
import { rollBackTo, rollbackContext } from '../rollback/rollback';
import { handOverReplicas } from './hand-over-replicas';
import { firstDeployHint, upgrade } from './helm-upgrade';
import { findMigrationTemplate } from './migration-job';
import type { DeployContext } from './plan';
import { type DeployPlan, historyUnderLock, overtakenBy } from './plan';
import { backUpBeforeDeploy, backupRemark } from './pre-deploy-backup';
import { dryRunProblems } from './preflight/dry-run';
import { recoverInterrupted } from './recover-interrupted';
import { runMigration } from './run-migration';

/** A plan that is carried out. */
interface Execution {
  readonly plan: DeployPlan;
  readonly crew: DeployContext;
  readonly hold: HeldLock;
}

/**
 * Carries a plan out, and takes the release back if anything is wrong. Returns what it did, in one line; undefined if
 * something else was deployed since the plan was made: going on would undo that, so nothing of the plan was done.
 * @param stop says that somebody wants it to end: then it goes back as well
 * @throws OperationError with the cause, and the state that all is left in
 */
export async function deploy(plan: DeployPlan, crew: DeployContext, stop: AbortSignal): Promise<string | undefined> {
  const { environment, release } = plan;
  const remark = backupRemark(plan);
  await prepareNamespaces(plan, crew);
  const what = `deploy ${release}${remark} after revision ${plan.history.at(-1)?.revision ?? 0}`;
  return crew.lease.withLock(what, stop, async (hold) => {
    const { previousHolder: left, signal } = hold;
    const history = await historyUnderLock(environment, crew);
    const { namespace } = environment;
    const smoke = () => crew.smoke(signal);
    const way = rollbackContext(environment, crew, signal);
    await recoverInterrupted({ kubectl: crew.kubectl, namespace, history, previousHolder: left, signal, way, smoke });
    const other = overtakenBy(plan.history, history);
    if (other) {
      crew.say(`revision ${other.revision} (${other.app_version}) came since this was planned`);
      return undefined;
    }
    await execute({ plan: { ...plan, history: await crew.helm.history() }, crew, hold });
    return `${release} is deployed to ${environment.name}${remark}`;
  });
}

async function execute(work: Execution): Promise<void> {
  const { plan, crew } = work;
  await ensureMayContinue(work);
  await backUpBeforeDeploy(plan, crew);
  await ensureMayContinue(work);
  await migrateDatabase(work);
  await ensureMayContinue(work);
  await handOverReplicas(plan, crew);
  await rollOut(work, { wait: true });
  await verifyPublicServices(work);
}

/** Nobody wants it to stop, and nobody else has taken over, be it while this machine slept. */
async function ensureMayContinue({ hold }: Execution): Promise<void> {
  hold.signal.throwIfAborted();
  await hold.ensureHeld();
}

/** Namespaces are kept whatever happens, so they may come before the rest; then the rest can be tried too. */
async function prepareNamespaces(
  { manifests, unvalidated: untried }: DeployPlan,
  { kubectl, progress }: DeployContext,
): Promise<void> {
  if (untried.length === 0) return;
  progress.step('make the namespaces');
  const namespaces = manifests.objects.filter(({ kind }) => kind === 'Namespace');
  await kubectl.apply(namespaces);
  const problems = await dryRunProblems(kubectl, untried);
  if (problems.length > 0) throw new OperationError(problems);
  progress.succeed('they are there, and everything in them is in order');
}

/** Migrates the database, if the environment declares how. The first release brings the database itself. */
async function migrateDatabase(work: Execution): Promise<void> {
  const { plan, crew } = work;
  const template = findMigrationTemplate(plan.manifests.objects, plan.platform.name);
  if (!template) return;
  const first = lastSuccessful(plan.history) === undefined;
  if (first) await rollOut(work, { wait: false });
  await ensureMayContinue(work);
  try {
    await runMigration(template, plan, crew);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const state = first ? firstDeployHint(plan.environment.namespace) : 'the release before serves on';
    throw new OperationError([...error.problems, state], [...error.publicMessages, state]);
  }
}

async function rollOut({ plan, crew, hold }: Execution, { wait }: { readonly wait: boolean }): Promise<void> {
  const { environment, release, manifests, history } = plan;
  crew.progress.step(`${wait ? 'deploy' : 'begin with'} ${release} in ${environment.name}`);
  await upgrade({
    ...rollbackContext(environment, crew, hold.signal),
    name: environment.namespace,
    release,
    remark: backupRemark(plan),
    files: manifests.files,
    history,
    wait,
  });
  crew.progress.succeed(wait ? 'everything is ready' : 'everything is made');
}

/** Pods that are ready may still not answer the world, and then the release goes as one that never became ready. */
async function verifyPublicServices(work: Execution): Promise<void> {
  const { signal } = work.hold;
  const { crew } = work;
  crew.progress.step('try the public services');
  try {
    await crew.smoke(signal);
    signal.throwIfAborted();
    crew.progress.succeed('they answer');
  } catch (error) {
    const cause: unknown = signal.aborted ? signal.reason : error;
    // Whoever holds the Lease now decides what runs.
    if (cause instanceof LockLostError) throw cause;
    throw new OperationError([...publicMessages(cause), ...(await rollBackAfterFailure(work))]);
  }
}

/** Takes a release back that is ready and yet no good. Returns what came of that. */
async function rollBackAfterFailure({ plan, crew, hold }: Execution): Promise<readonly Problem[]> {
  const good = lastSuccessful(plan.history);
  if (!good) return [firstDeployHint(plan.environment.namespace)];
  const named = `revision ${good.revision} (${good.app_version})`;
  crew.progress.step(`go back to ${named}`);
  try {
    await rollBackTo(rollbackContext(plan.environment, crew, hold.signal), good);
    return [`went back to ${named}`];
  } catch (error) {
    return publicMessages(error);
  }
}

/** They stand beside others in an error that is told to all. */
function publicMessages(error: unknown): readonly Problem[] {
  return error instanceof OperationError
    ? error.publicMessages
    : [error instanceof Error ? error.message : String(error)];
}

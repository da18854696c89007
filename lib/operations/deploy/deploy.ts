import { FailedError, type Problem } from '../../problems';
import type { Hold } from '../lease';
import { LeaseLost } from '../lease-record';
import { asDocuments, dryRunProblems } from '../preflight/dry-run';
import { backUpFirst, backupRemark } from './backup-first';
import type { Crew } from './crew';
import { goBack, wayBack } from './go-back';
import { handOverReplicas } from './hand-over-replicas';
import { lastGood } from './history';
import { settle } from './interrupted';
import { migrate } from './migrate';
import { templateIn } from './migration-job';
import { historyUnderLock, overtakenBy, type Plan } from './plan';
import { leftForInspection, upgrade } from './upgrade';

/** A plan that is carried out. */
interface Work {
  readonly plan: Plan;
  readonly crew: Crew;
  readonly hold: Hold;
}

/**
 * Carries a plan out, and takes the release back if anything is wrong. Returns what it did, in one line; undefined if
 * something else was deployed since the plan was made: going on would undo that, so nothing of the plan was done.
 * @param stop says that somebody wants it to end: then it goes back as well
 * @throws FailedError with the cause, and the state that all is left in
 */
export async function deploy(plan: Plan, crew: Crew, stop: AbortSignal): Promise<string | undefined> {
  const { environment, release } = plan;
  const remark = backupRemark(plan);
  await prepareNamespaces(plan, crew);
  const what = `deploy ${release}${remark} after revision ${plan.history.at(-1)?.revision ?? 0}`;
  return crew.lease.hold(what, stop, async (hold) => {
    const { left, signal } = hold;
    const history = await historyUnderLock(environment, crew);
    const { namespace } = environment;
    const smoke = () => crew.smoke(signal);
    const way = wayBack(environment, crew, signal);
    await settle({ kubectl: crew.kubectl, namespace, history, left, signal, way, smoke });
    const other = overtakenBy(plan.history, history);
    if (other) {
      crew.say(`revision ${other.revision} (${other.app_version}) came since this was planned`);
      return undefined;
    }
    await carryOut({ plan: { ...plan, history: await crew.helm.history() }, crew, hold });
    return `${release} is deployed to ${environment.name}${remark}`;
  });
}

async function carryOut(work: Work): Promise<void> {
  const { plan, crew } = work;
  await mayGoOn(work);
  await backUpFirst(plan, crew);
  await mayGoOn(work);
  await bringTables(work);
  await mayGoOn(work);
  await handOverReplicas(plan, crew);
  await rollOut(work, { wait: true });
  await trySmoke(work);
}

/** Nobody wants it to stop, and nobody else has taken over, be it while this machine slept. */
async function mayGoOn({ hold }: Work): Promise<void> {
  hold.signal.throwIfAborted();
  await hold.confirm();
}

/** Namespaces are kept whatever happens, so they may come before the rest; then the rest can be tried too. */
async function prepareNamespaces({ manifests, untried }: Plan, { kubectl, progress }: Crew): Promise<void> {
  if (untried.length === 0) return;
  progress.step('make the namespaces');
  const namespaces = manifests.objects.filter(({ kind }) => kind === 'Namespace');
  await kubectl.output(['apply', '--server-side', '--force-conflicts', '--filename=-'], {
    input: asDocuments(namespaces),
  });
  const problems = await dryRunProblems(kubectl, untried);
  if (problems.length > 0) throw new FailedError(problems);
  progress.done('they are there, and everything in them is in order');
}

/** Migrates the database, if the environment declares how. The first release brings the database itself. */
async function bringTables(work: Work): Promise<void> {
  const { plan, crew } = work;
  const template = templateIn(plan.manifests.objects, plan.platform.name);
  if (!template) return;
  const first = lastGood(plan.history) === undefined;
  if (first) await rollOut(work, { wait: false });
  await mayGoOn(work);
  try {
    await migrate(template, plan, crew);
  } catch (error) {
    if (!(error instanceof FailedError)) throw error;
    const state = first ? leftForInspection(plan.environment.namespace) : 'the release before serves on';
    throw new FailedError([...error.problems, state], [...error.news, state]);
  }
}

async function rollOut({ plan, crew, hold }: Work, { wait }: { readonly wait: boolean }): Promise<void> {
  const { environment, release, manifests, history } = plan;
  crew.progress.step(`${wait ? 'deploy' : 'begin with'} ${release} in ${environment.name}`);
  await upgrade({
    ...wayBack(environment, crew, hold.signal),
    name: environment.namespace,
    release,
    remark: backupRemark(plan),
    files: manifests.files,
    history,
    wait,
  });
  crew.progress.done(wait ? 'everything is ready' : 'everything is made');
}

/** Pods that are ready may still not answer the world, and then the release goes as one that never became ready. */
async function trySmoke(work: Work): Promise<void> {
  const { signal } = work.hold;
  const { crew } = work;
  crew.progress.step('try the public services');
  try {
    await crew.smoke(signal);
    signal.throwIfAborted();
    crew.progress.done('they answer');
  } catch (error) {
    const cause: unknown = signal.aborted ? signal.reason : error;
    // Whoever holds the Lease now decides what runs.
    if (cause instanceof LeaseLost) throw cause;
    throw new FailedError([...problemsOf(cause), ...(await undo(work))]);
  }
}

/** Takes a release back that is ready and yet no good. Returns what came of that. */
async function undo({ plan, crew, hold }: Work): Promise<readonly Problem[]> {
  const good = lastGood(plan.history);
  if (!good) return [leftForInspection(plan.environment.namespace)];
  const named = `revision ${good.revision} (${good.app_version})`;
  crew.progress.step(`go back to ${named}`);
  try {
    await goBack(wayBack(plan.environment, crew, hold.signal), good);
    return [`went back to ${named}`];
  } catch (error) {
    return problemsOf(error);
  }
}

/** They stand beside others in an error that is told to all. */
function problemsOf(error: unknown): readonly Problem[] {
  return error instanceof FailedError ? error.news : [error instanceof Error ? error.message : String(error)];
}

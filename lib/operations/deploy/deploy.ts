import { FailedError, type Problem } from '../../problems';
import { asDocuments, dryRunProblems } from '../preflight/dry-run';
import { requireNoRestore } from '../preflight/restore';
import { backUpFirst } from './backup-first';
import type { Crew } from './crew';
import { goBack } from './go-back';
import { lastGood } from './interrupted';
import { migrate, templateIn } from './migrate';
import { makePlan, type Order, type Plan, stillHolds } from './plan';
import { Rollout } from './rollout';
import { upgrade } from './upgrade';

/**
 * Takes a release to an environment, and back if anything is wrong. Returns what it did, in one line.
 * @throws UsageError or InputError before any change; FailedError with the cause, and the state that all is left in
 */
export async function deploy(order: Order, crew: Crew): Promise<string> {
  const plan = await makePlan(order, crew);
  const { environment, release } = plan;
  if (order.dryRun) return `${release} could be deployed to ${environment.name}; nothing was changed`;
  await crew.confirm();
  await prepareNamespaces(plan, crew);
  await backUpFirst(environment, crew);
  await stillHolds(plan, crew.helm);
  // The first release brings the database that its migration works on.
  const first = lastGood(plan.history) === undefined;
  if (first && templateIn(plan.manifests.objects, order.platform.name)) await rollOut(plan, crew, { wait: false });
  await requireNoRestore(crew.kubectl, environment.namespace);
  await migrate(plan, order, crew);
  await rollOut(plan, crew, { wait: true });
  await trySmoke(plan, crew);
  return `${release} is deployed to ${environment.name}`;
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

async function rollOut(
  { environment, release, manifests, history }: Plan,
  crew: Crew,
  { wait }: { readonly wait: boolean },
): Promise<void> {
  const { namespace, deployment } = environment;
  await requireNoRestore(crew.kubectl, namespace);
  crew.progress.step(`${wait ? 'deploy' : 'begin with'} ${release} in ${environment.name}`);
  await upgrade({
    helm: crew.helm,
    rollout: Rollout.of(environment, crew),
    name: namespace,
    release,
    files: manifests.files,
    history,
    timeoutSeconds: deployment.timeoutSeconds,
    wait,
  });
  crew.progress.done(wait ? 'everything is ready' : 'everything is made');
}

/** Pods that are ready may still not answer the world, and then the release goes as one that never became ready. */
async function trySmoke(plan: Plan, crew: Crew): Promise<void> {
  crew.progress.step('try the public services');
  try {
    await crew.smoke();
    crew.progress.done('they answer');
  } catch (error) {
    if (!(error instanceof FailedError)) throw error;
    throw new FailedError([...error.problems, ...(await undo(plan, crew))]);
  }
}

/** Takes a release back that is ready and yet no good. Returns what came of that. */
async function undo({ environment, history }: Plan, crew: Crew): Promise<readonly Problem[]> {
  const good = lastGood(history);
  if (!good) return ['this was the first deploy, so there is nothing to go back to: it is left as it is'];
  const { helm, progress } = crew;
  progress.step(`go back to revision ${good.revision} (${good.app_version})`);
  try {
    const { timeoutSeconds } = environment.deployment;
    await goBack({ helm, rollout: Rollout.of(environment, crew), timeoutSeconds }, good);
    return [`went back to revision ${good.revision} (${good.app_version})`];
  } catch (error) {
    if (error instanceof FailedError) return error.problems;
    throw error;
  }
}

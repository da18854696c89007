import { findImageDifferences } from '../../cluster/delivery';
import { describeObject, type Workload } from '../../cluster/kubernetes-types';
import { waitWhilePending } from '../../cluster/operation-context';
import { describeProgress, isRolledOut } from '../../cluster/workload-status';
import type { Environment } from '../../platform/environment';
import { OperationError } from '../../platform/errors';
import type { GitOpsTool } from '../../platform/settings/deployment';
import type { Manifests } from '../../synth/render-environment';
import type { DeployContext, DeployRequest } from './deploy-context';
import { checkRelease } from './plan';
import { requireDeployPermissions } from './preflight/deploy-permissions';
import { listRolloutObjects } from './rollout-state';

const tools: Readonly<Record<GitOpsTool, string>> = { 'argo-cd': 'Argo CD', flux: 'Flux' };

export interface PublishContext extends Omit<DeployContext, 'helm' | 'lock'> {
  /** The tool that delivers the environment. */
  readonly tool: GitOpsTool;
  /** Asks whether to write the manifests; rejects if the answer is no. */
  readonly confirm: (release: string) => Promise<void>;
  /** Writes the manifests of the environment at other releases, and returns the folder. */
  readonly write: (environment: Environment) => string;
  /** Source file of the environment. @default - its name is not printed */
  readonly sourceFile?: string;
}

/**
 * Deploys to an environment that a GitOps tool delivers: checks the release against the cluster, writes the manifests, says
 * what to commit, waits until the cluster runs them and runs the smoke tests. It changes nothing in the cluster and rolls
 * nothing back: the tool would revert that. Returns the result in one line.
 *
 * @throws UsageError or OperationError that names every problem
 */
export async function publishRelease(
  request: DeployRequest,
  context: PublishContext,
  signal: AbortSignal,
): Promise<string> {
  const { progress, print, tool, sourceFile } = context;
  const permissions = await requireDeployPermissions(context.kubectl, context.platform, context.environment);
  const { environment, release, manifests } = await checkRelease(request, context, { permissions, released: [] });
  if (request.dryRun) return `${release} can be deployed to ${environment.name}; nothing was changed`;
  await context.confirm(release);
  const folder = context.write(environment);
  print(`Wrote ${folder} at ${release}. To deliver it with ${tools[tool]}:`);
  print(`  1. state in ${sourceFile ?? 'the environment'}: releases: ${JSON.stringify(environment.releases)}`);
  print(`  2. commit that and ${folder}, and push`);
  progress.step(`Waiting until ${environment.name} runs ${release}`);
  await waitForRelease(manifests, context, environment, signal);
  progress.succeed(`${environment.name} runs ${release}`);
  await verify(release, context, signal);
  return `${release} is deployed to ${environment.name}`;
}

/** Waits until every container runs its image of the manifests and every workload is rolled out. */
async function waitForRelease(
  { objects }: Manifests,
  context: PublishContext,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  const { kubectl } = context;
  const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  const expected = new Set(workloads.map(describeObject));
  const { name, deployment } = environment;
  const read = async () => {
    const running = (await listRolloutObjects({ kubectl, environment })) as readonly Workload[];
    const live = running.filter((workload) => expected.has(describeObject(workload)));
    const waiting = live.filter((workload) => !isRolledOut(workload)).map(describeProgress);
    const absent = workloads.length - live.length;
    const missing = [
      ...findImageDifferences(workloads, live),
      ...(absent === 0 ? [] : [`${absent} workloads do not exist yet`]),
      ...waiting.map((text) => `waiting for ${text}`),
    ];
    if (missing[0] === undefined) return undefined;
    const problems = [
      `${name} does not run the manifests after ${deployment.timeoutSeconds} s; dist/ stays as it was written`,
      ...missing,
      `correct the cause, or revert the commit; \`npx veza health ${name}\` lists what fails`,
    ];
    return { state: missing[0], problems };
  };
  await waitWhilePending({ ...context, signal }, deployment.timeoutSeconds, read);
}

async function verify(
  release: string,
  { environment, runSmokeTests }: PublishContext,
  signal: AbortSignal,
): Promise<void> {
  try {
    await runSmokeTests(signal);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const remedy = `${environment.name} runs ${release}: revert the commit to deliver the release before`;
    throw new OperationError([...error.problems, remedy], [...error.publicMessages, remedy]);
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { Revision, UpgradeOptions } from '../../cluster/helm-client';
import { LockLostError } from '../../cluster/lease';
import { OperationError, type Problem } from '../../platform/errors';
import { describeRevision, findLastSuccessful, unverifiedPrefix } from '../rollback/release-history';
import type { DeployPlan, ReleaseContext } from './deploy-context';
import { formatBackupRemark } from './pre-deploy-backup';
import { describeUnfinishedRollout } from './rollout-state';
import { RolloutWatcher } from './rollout-watcher';

/**
 * Upgrades the environment's Helm release to a plan. If it does not become ready, Helm rolls back by itself; Helm would
 * remove a first release, so that one stays for inspection.
 *
 * @throws OperationError with the cause and the state of the cluster; LockLostError
 */
export async function upgradeRelease(
  context: ReleaseContext,
  plan: DeployPlan,
  { wait, signal }: Pick<UpgradeOptions, 'wait' | 'signal'>,
): Promise<void> {
  const { helm, environment } = context;
  const { release, history } = plan;
  const good = findLastSuccessful(history);
  const watcher = new RolloutWatcher(context);
  const options = {
    timeoutSeconds: environment.deployment.timeoutSeconds,
    description: `${wait ? 'deploy ' : unverifiedPrefix}${release}${formatBackupRemark(plan)}`,
    wait,
    rollback: good !== undefined,
    signal,
  };
  const input = { name: environment.namespace, release, files: plan.manifests.files };
  const result = await withTemporaryChart(input, (chart) => watcher.follow(helm.upgrade({ chart, ...options })));
  if (result.failure === undefined) return;
  if (signal.reason instanceof LockLostError) throw signal.reason;
  const outcome = await describeOutcome(context, history, good);
  const messages = (cause: string) => [`deploy of ${release} failed: ${cause}`, ...outcome];
  throw signal.aborted
    ? new OperationError(messages(signal.reason.message))
    : watcher.failure.toError(result.failure, messages);
}

/** Reads what Helm did after a failure from its history, since its rollback may have failed as well. */
async function describeOutcome(
  context: ReleaseContext,
  history: readonly Revision[],
  good: Revision | undefined,
): Promise<readonly Problem[]> {
  if (!good) return [formatFirstDeployHint(context.environment.namespace)];
  const now = await context.helm.history().catch((error: Error) => error);
  if (now instanceof Error) return [`could not determine whether the rollback succeeded: ${now.message}`];
  const last = now.at(-1);
  if (!last || last.revision === history.at(-1)?.revision) return ['Helm did not start; nothing was changed'];
  if (last.status === 'deployed') return [`rolled back to ${describeRevision(good)}`];
  return [
    `rollback to ${describeRevision(good)} also failed (revision ${last.revision}: ${last.status}); ` +
      'the environment is partly upgraded',
    ...(await describeUnfinishedRollout(context, good)),
  ];
}

/** What to expect after a first deploy has failed. */
export function formatFirstDeployHint(namespace: string): string {
  return `first deploy: there is no release to roll back to; its objects stay in ${namespace} for inspection`;
}

export interface ChartInput {
  /** Name of the chart: the environment's namespace. */
  readonly name: string;
  /** The releases in it, for Helm's history: `v1.2.3`, or one for each service where they differ. */
  readonly release: string;
  /** Manifests by the names of their files. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The only template. It includes files unchanged: braces in alert texts and dashboards are not Helm's. A file that does not
 * begin with a separator gets one.
 */
const template = `{{- range $path, $content := .Files.Glob "manifests/*.yaml" }}
---
{{ $.Files.Get $path }}
{{- end }}
`;

/** Makes a Helm chart of manifests: path -> content. Helm adds waiting, history, pruning and rollback. */
export function makeChartFiles({ name, release, files }: ChartInput): Record<string, string> {
  return {
    'Chart.yaml': stringify({ apiVersion: 'v2', name, version: '1.0.0', appVersion: release }),
    'templates/manifests.yaml': template,
    ...Object.fromEntries(Object.entries(files).map(([file, content]) => [`manifests/${file}`, content])),
  };
}

/** Writes a chart into a folder, and returns the folder. */
export function writeChart(folder: string, input: ChartInput): string {
  for (const [path, content] of Object.entries(makeChartFiles(input))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Runs `use` with the folder of a chart, and removes the folder afterwards. */
export async function withTemporaryChart<T>(input: ChartInput, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `${input.name}-`));
  try {
    return await use(writeChart(folder, input));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

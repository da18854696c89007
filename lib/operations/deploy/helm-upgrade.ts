import type { Revision } from '../../cluster/helm-client';
import { LockLostError } from '../../cluster/lease-client';
import { OperationError, type Problem } from '../../platform/errors';
import { lastSuccessful, unverifiedPrefix } from '../rollback/release-history';
import type { RollbackContext } from '../rollback/rollback';
import { withTemporaryChart } from './helm-chart';

/** A chart to bring a cluster to, and what it finds there. */
export interface UpgradeRequest extends RollbackContext {
  /** Name of the release, and of its chart. */
  readonly name: string;
  /** What is deployed, for the history. */
  readonly release: string;
  /** What the history notes behind the release. */
  readonly remark: string;
  readonly files: Readonly<Record<string, string>>;
  readonly history: readonly Revision[];
  /** Whether to wait until everything is ready. */
  readonly wait: boolean;
}

/**
 * Brings the cluster to a chart and waits until everything is ready. Helm goes back by itself if it does not become so; a
 * first deploy has nothing to go back to, and Helm would remove it, so it stays for inspection.
 * @throws OperationError with the cause, and what has become of the cluster
 */
export async function upgrade(order: UpgradeRequest): Promise<void> {
  const { helm, rollout, name, release, remark, files, history, timeoutSeconds, wait, signal } = order;
  const good = lastSuccessful(history);
  const description = `${wait ? 'deploy ' : unverifiedPrefix}${release}${remark}`;
  const how = { timeoutSeconds, description, wait, rollback: good !== undefined, signal };
  const { failure } = await withTemporaryChart({ name, release, files }, (chart) =>
    rollout.follow(helm.upgrade({ chart, ...how })),
  );
  if (failure === undefined) return;
  if (signal.reason instanceof LockLostError) throw signal.reason;
  const rest = await describeOutcome(order, good);
  const messages = (cause: string) => [`deploy of ${release} failed: ${cause}`, ...rest];
  throw signal.aborted ? new OperationError(messages(signal.reason.message)) : rollout.cause.toError(failure, messages);
}

/** What Helm has made of a failure. It may fail to go back as well, and only its history tells. */
async function describeOutcome(
  { helm, name, history, standing }: UpgradeRequest,
  good: Revision | undefined,
): Promise<readonly Problem[]> {
  if (!good) return [firstDeployHint(name)];
  const now = await helm.history().catch((error: Error) => error);
  if (now instanceof Error) return [`whether it went back nobody can tell now: ${now.message}`];
  const last = now.at(-1);
  if (last?.revision === history.at(-1)?.revision) return ['Helm has not begun: everything is as it was'];
  if (last?.status === 'deployed') return [`went back to revision ${good.revision} (${good.app_version})`];
  const failed = `going back to revision ${good.revision} (${good.app_version}) failed too`;
  return [`${failed}: revision ${last?.revision} is ${last?.status}`, ...(await standing(good))];
}

/** What becomes of a first deploy that fails. */
export function firstDeployHint(namespace: string): string {
  return `this was the first deploy, so there is nothing to go back to: what it made is left for inspection in ${namespace}`;
}

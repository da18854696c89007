import { FailedError, type Problem } from '../../problems';
import type { Revision } from '../helm';
import { LeaseLost } from '../lease-record';
import { withChart } from './chart';
import type { WayBack } from './go-back';
import { beginning, lastGood } from './history';

/** A chart to bring a cluster to, and what it finds there. */
export interface UpgradeOrder extends WayBack {
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
 * @throws FailedError with the cause, and what has become of the cluster
 */
export async function upgrade(order: UpgradeOrder): Promise<void> {
  const { helm, rollout, name, release, remark, files, history, timeoutSeconds, wait, signal } = order;
  const good = lastGood(history);
  const description = `${wait ? 'deploy ' : beginning}${release}${remark}`;
  const how = { timeoutSeconds, description, wait, rollback: good !== undefined, signal };
  const answer = await withChart({ name, release, files }, (chart) => rollout.follow(helm.upgrade({ chart, ...how })));
  if (answer.status === 0) return;
  if (signal.reason instanceof LeaseLost) throw signal.reason;
  const rest = await outcome(order, good);
  const told = (cause: string) => [`deploy of ${release} failed: ${cause}`, ...rest];
  throw signal.aborted ? new FailedError(told(signal.reason.message)) : rollout.cause.failure(answer, told);
}

/** What Helm has made of a failure. It may fail to go back as well, and only its history tells. */
async function outcome(
  { helm, name, history, standing }: UpgradeOrder,
  good: Revision | undefined,
): Promise<readonly Problem[]> {
  if (!good) return [leftForInspection(name)];
  const now = await helm.history().catch((error: Error) => error);
  if (now instanceof Error) return [`whether it went back nobody can tell now: ${now.message}`];
  const last = now.at(-1);
  if (last?.revision === history.at(-1)?.revision) return ['Helm has not begun: everything is as it was'];
  if (last?.status === 'deployed') return [`went back to revision ${good.revision} (${good.app_version})`];
  const failed = `going back to revision ${good.revision} (${good.app_version}) failed too`;
  return [`${failed}: revision ${last?.revision} is ${last?.status}`, ...(await standing(good))];
}

/** What becomes of a first deploy that fails. */
export function leftForInspection(namespace: string): string {
  return `this was the first deploy, so there is nothing to go back to: what it made is left for inspection in ${namespace}`;
}

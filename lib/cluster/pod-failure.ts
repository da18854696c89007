import { collapseWhitespace } from './format';
import type { KubernetesClient, KubernetesObject } from './kubernetes-client';
import { type ContainerStatus, findCondition, type Pod, type TerminatedState } from './kubernetes-types';

/** Why a pod does not do its work. */
export interface PodFailure {
  /** The container whose log tells more; none where no container has run. */
  readonly container?: string;
  /** What is wrong, in Kubernetes' own words: `ImagePullBackOff: manifest unknown`. */
  readonly state: string;
  /** Whether the log of the run before is the one to read. */
  readonly hasCrashed: boolean;
}

/** Reasons to wait that every container has while it starts. */
export const startupReasons: readonly string[] = ['ContainerCreating', 'PodInitializing'];

/** What keeps a pod from doing its work; nothing if it works, still starts, or is over. */
export function podFailure({ metadata, status }: Pod): PodFailure | undefined {
  if (metadata.deletionTimestamp !== undefined || status?.phase === 'Succeeded') return undefined;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of containers) {
    const trouble = troubleOfContainer(container);
    if (trouble) return trouble;
  }
  const scheduled = findCondition({ status }, 'PodScheduled');
  if (scheduled?.status === 'False') return { state: described(scheduled), hasCrashed: false };
  return undefined;
}

/** What is not ready of a pod that runs: it may still become so. */
export function notReadyReason({ metadata, status }: Pod): PodFailure | undefined {
  const container = status?.containerStatuses?.find(({ ready, state }) => !ready && state?.running !== undefined);
  if (metadata.deletionTimestamp !== undefined || container === undefined) return undefined;
  return { container: container.name, state: `container ${container.name} runs and is not ready`, hasCrashed: false };
}

function troubleOfContainer({ name, state, lastState }: ContainerStatus): PodFailure | undefined {
  const { waiting, terminated } = state ?? {};
  if (terminated && terminated.exitCode !== 0) {
    return { container: name, state: ended(terminated), hasCrashed: false };
  }
  if (waiting?.reason === undefined || startupReasons.includes(waiting.reason)) return undefined;
  const last = lastState?.terminated;
  if (last) return { container: name, state: `${waiting.reason}: ${ended(last)}`, hasCrashed: true };
  return { state: described(waiting), hasCrashed: false };
}

function ended({ exitCode, reason }: TerminatedState): string {
  return `ended with exit code ${exitCode}${reason === undefined || reason === 'Error' ? '' : ` (${reason})`}`;
}

function described({ reason = 'not scheduled', message }: { reason?: string; message?: string }): string {
  return message ? `${reason}: ${message}` : reason;
}

/** Why a pod does not start, as the scheduler or its node tells; nothing while all goes its way. */
export function startFailure({ status }: Pod): string | undefined {
  if (status?.phase !== 'Pending') return undefined;
  const scheduled = findCondition({ status }, 'PodScheduled');
  if (scheduled?.status === 'False') return formatReason(scheduled);
  const waiting = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
    .flatMap(({ state }) => state?.waiting ?? [])
    .find(({ reason }) => reason !== undefined && !startupReasons.includes(reason));
  return waiting && formatReason(waiting);
}

/** What the container left in /dev/termination-log. */
export function terminationMessage({ status }: Pod): string {
  return status?.containerStatuses?.[0]?.state?.terminated?.message?.trim() ?? '';
}

/** Why a pod ended that did not end by itself: evicted, or out of memory. */
export function abnormalTermination({ status }: Pod): string | undefined {
  if (status?.reason) return formatReason(status);
  const reason = status?.containerStatuses?.[0]?.state?.terminated?.reason;
  return reason === undefined || reason === 'Error' || reason === 'Completed' ? undefined : reason;
}

/** `Unschedulable: 0/3 nodes are available`, in one line. */
function formatReason({ reason, message }: { readonly reason?: string; readonly message?: string }): string {
  return [reason, message?.replace(/\s+/g, ' ').trim()].filter((part) => part).join(': ');
}

interface Event extends KubernetesObject {
  readonly type: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string;
}

/**
 * The latest event of an object, `FailedCreate: exceeded quota`: a full quota, a Secret that is missing, an image that is
 * still pulled. Nothing if there is none, or the user may not read events.
 * @param fields narrow the events down: `{ type: 'Warning' }`
 */
export async function latestEvent(
  kubectl: KubernetesClient,
  namespace: string,
  object: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const selector = { fields: { ...fields, 'involvedObject.name': object } };
  const events = await kubectl.list<Event>('events', namespace, selector).catch(() => []);
  const latest = events.sort((one, other) => (one.lastTimestamp ?? '').localeCompare(other.lastTimestamp ?? '')).at(-1);
  return latest && `${latest.reason}: ${collapseWhitespace(latest.message ?? '')}`;
}

import { collapseWhitespace } from './format';
import type { KubernetesClient, KubernetesObject } from './kubernetes-client';
import {
  type ContainerStatus,
  findCondition,
  isOwnedBy,
  type Pod,
  type TerminatedState,
  type Workload,
} from './kubernetes-types';

/** Whether all pods of a workload have its newest template and are ready, and no others are left. */
export function isRolledOut({ metadata, spec, status = {} }: Workload): boolean {
  const wanted = spec.replicas ?? 1;
  return (
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status.replicas ?? 0) === wanted &&
    (status.updatedReplicas ?? 0) === wanted &&
    (status.readyReplicas ?? 0) === wanted
  );
}

/** Describes the progress of a rollout: `veza-backend-api 1/3`. */
export function describeProgress({ metadata, spec, status = {} }: Workload): string {
  const ready = Math.min(status.updatedReplicas ?? 0, status.readyReplicas ?? 0);
  return `${metadata.name} ${ready}/${spec.replicas ?? 1}`;
}

/**
 * Selects the pods of a StatefulSet that are not at its newest revision. Its controller does not replace a pod that never
 * became ready, not even at a rollback (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/, "Forced
 * rollback"): such a pod must be deleted.
 */
export function selectOutdatedPods(workload: Workload, pods: readonly Pod[]): Pod[] {
  const revision = workload.status?.updateRevision;
  if (workload.kind !== 'StatefulSet' || revision === undefined) return [];
  return pods.filter(
    (pod) =>
      isOwnedBy(pod, workload) &&
      pod.metadata.labels?.['controller-revision-hash'] !== revision &&
      pod.metadata.deletionTimestamp === undefined,
  );
}

/** Selects the pods that fail at an old revision. They are safe to delete, since they serve nothing. */
export function selectStuckPods(workloads: readonly Workload[], pods: readonly Pod[]): Pod[] {
  return workloads
    .flatMap((workload) => selectOutdatedPods(workload, pods))
    .filter((pod) => findPodFailure(pod) !== undefined);
}

/** Why a pod does not work. */
export interface PodFailure {
  /** The container whose log has details; undefined if no container has run. */
  readonly container?: string;
  /** The state in the words of Kubernetes: `ImagePullBackOff: manifest unknown`. */
  readonly state: string;
  /** Whether the container has restarted, so that the log of its previous run has the cause. */
  readonly hasCrashed: boolean;
}

/** Reasons that every container waits for while it starts normally. */
export const startupReasons: readonly string[] = ['ContainerCreating', 'PodInitializing'];

/** Finds why a pod does not work; undefined if it works, still starts, or has ended. */
export function findPodFailure({ metadata, status }: Pod): PodFailure | undefined {
  if (metadata.deletionTimestamp !== undefined || status?.phase === 'Succeeded') return undefined;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of containers) {
    const failure = findContainerFailure(container);
    if (failure) return failure;
  }
  const scheduled = findCondition({ status }, 'PodScheduled');
  if (scheduled?.status === 'False') return { state: describeWaiting(scheduled), hasCrashed: false };
  return undefined;
}

/** Finds the container of a running pod that is not ready yet. */
export function findUnreadyContainer({ metadata, status }: Pod): PodFailure | undefined {
  const container = status?.containerStatuses?.find(({ ready, state }) => !ready && state?.running !== undefined);
  if (metadata.deletionTimestamp !== undefined || container === undefined) return undefined;
  return { container: container.name, state: `container ${container.name} runs and is not ready`, hasCrashed: false };
}

function findContainerFailure({ name, state, lastState }: ContainerStatus): PodFailure | undefined {
  const { waiting, terminated } = state ?? {};
  if (terminated && terminated.exitCode !== 0) {
    return { container: name, state: describeExit(terminated), hasCrashed: false };
  }
  if (waiting?.reason === undefined || startupReasons.includes(waiting.reason)) return undefined;
  const last = lastState?.terminated;
  if (last) return { container: name, state: `${waiting.reason}: ${describeExit(last)}`, hasCrashed: true };
  return { state: describeWaiting(waiting), hasCrashed: false };
}

function describeExit({ exitCode, reason }: TerminatedState): string {
  return `ended with exit code ${exitCode}${reason === undefined || reason === 'Error' ? '' : ` (${reason})`}`;
}

function describeWaiting({ reason = 'not scheduled', message }: { reason?: string; message?: string }): string {
  return message ? `${reason}: ${message}` : reason;
}

/** Finds why a pod does not start, by its scheduler or its node; undefined while it starts normally. */
export function findStartFailure({ status }: Pod): string | undefined {
  if (status?.phase !== 'Pending') return undefined;
  const scheduled = findCondition({ status }, 'PodScheduled');
  if (scheduled?.status === 'False') return formatReason(scheduled);
  const waiting = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
    .flatMap(({ state }) => state?.waiting ?? [])
    .find(({ reason }) => reason !== undefined && !startupReasons.includes(reason));
  return waiting && formatReason(waiting);
}

/** The message that the container wrote to /dev/termination-log. */
export function readTerminationMessage({ status }: Pod): string {
  return status?.containerStatuses?.[0]?.state?.terminated?.message?.trim() ?? '';
}

/** Finds why a pod was ended from outside: evicted, or out of memory. */
export function findAbnormalEnd({ status }: Pod): string | undefined {
  if (status?.reason) return formatReason(status);
  const reason = status?.containerStatuses?.[0]?.state?.terminated?.reason;
  return reason === undefined || reason === 'Error' || reason === 'Completed' ? undefined : reason;
}

/** `Unschedulable: 0/3 nodes are available`, in one line. */
function formatReason({ reason, message }: { readonly reason?: string; readonly message?: string }): string {
  return [reason, message && collapseWhitespace(message)].filter((part) => part).join(': ');
}

interface Event extends KubernetesObject {
  readonly type: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string;
}

/**
 * Reads the latest event of an object: `FailedCreate: exceeded quota`. Events tell of full quotas, missing Secrets and
 * images that are still pulled.
 * @param fields of the event: `{ type: 'Warning' }`
 * @returns undefined if there is no event, or the user may not read events
 */
export async function readLatestEvent(
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

import type { KubernetesObject } from '../kubectl';
import type { Condition } from './jobs';

/** What a container is doing. */
interface ContainerStatus {
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: unknown;
    readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
  };
}

/** A pod of a Job. */
export interface JobPod extends KubernetesObject {
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** Reasons to wait that every pod has while it starts. */
const ordinary = ['ContainerCreating', 'PodInitializing'];

/** Why a pod does not start, as the scheduler or its node tells; nothing while all goes its way. */
export function startTrouble({ status }: JobPod): string | undefined {
  if (status?.phase !== 'Pending') return undefined;
  const unscheduled = status.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled) return told(unscheduled);
  const waiting = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
    .flatMap(({ state }) => state?.waiting ?? [])
    .find(({ reason }) => reason !== undefined && !ordinary.includes(reason));
  return waiting && told(waiting);
}

/** What the container left in /dev/termination-log. */
export function lastWords({ status }: JobPod): string {
  return status?.containerStatuses?.[0]?.state?.terminated?.message?.trim() ?? '';
}

/** Why a pod ended that did not end by itself: evicted, or out of memory. */
export function violentEnd({ status }: JobPod): string | undefined {
  if (status?.reason) return told(status);
  const reason = status?.containerStatuses?.[0]?.state?.terminated?.reason;
  return reason === undefined || reason === 'Error' || reason === 'Completed' ? undefined : reason;
}

/** `Unschedulable: 0/3 nodes are available`, in one line. */
function told({ reason, message }: { readonly reason?: string; readonly message?: string }): string {
  return [reason, message?.replace(/\s+/g, ' ').trim()].filter((part) => part).join(': ');
}

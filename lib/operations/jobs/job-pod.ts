import { condition, type Pod } from '../objects';

/** Reasons to wait that every pod has while it starts. */
const ordinary = ['ContainerCreating', 'PodInitializing'];

/** Why a pod does not start, as the scheduler or its node tells; nothing while all goes its way. */
export function startTrouble({ status }: Pod): string | undefined {
  if (status?.phase !== 'Pending') return undefined;
  const scheduled = condition({ status }, 'PodScheduled');
  if (scheduled?.status === 'False') return told(scheduled);
  const waiting = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
    .flatMap(({ state }) => state?.waiting ?? [])
    .find(({ reason }) => reason !== undefined && !ordinary.includes(reason));
  return waiting && told(waiting);
}

/** What the container left in /dev/termination-log. */
export function lastWords({ status }: Pod): string {
  return status?.containerStatuses?.[0]?.state?.terminated?.message?.trim() ?? '';
}

/** Why a pod ended that did not end by itself: evicted, or out of memory. */
export function violentEnd({ status }: Pod): string | undefined {
  if (status?.reason) return told(status);
  const reason = status?.containerStatuses?.[0]?.state?.terminated?.reason;
  return reason === undefined || reason === 'Error' || reason === 'Completed' ? undefined : reason;
}

/** `Unschedulable: 0/3 nodes are available`, in one line. */
function told({ reason, message }: { readonly reason?: string; readonly message?: string }): string {
  return [reason, message?.replace(/\s+/g, ' ').trim()].filter((part) => part).join(': ');
}

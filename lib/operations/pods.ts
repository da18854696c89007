import { type ContainerStatus, condition, type Ended, type Pod } from './objects';

/** Why a pod does not do its work. */
export interface PodTrouble {
  /** The container whose log tells more; none where no container has run. */
  readonly container?: string;
  /** What is wrong, in Kubernetes' own words: `ImagePullBackOff: manifest unknown`. */
  readonly state: string;
  /** Whether the log of the run before is the one to read. */
  readonly crashed: boolean;
}

/** Reasons to wait that are no trouble. */
const starting = ['ContainerCreating', 'PodInitializing'];

/** What keeps a pod from doing its work; nothing if it works, still starts, or is over. */
export function troubleOfPod({ metadata, status }: Pod): PodTrouble | undefined {
  if (metadata.deletionTimestamp !== undefined || status?.phase === 'Succeeded') return undefined;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of containers) {
    const trouble = troubleOfContainer(container);
    if (trouble) return trouble;
  }
  const scheduled = condition({ status }, 'PodScheduled');
  if (scheduled?.status === 'False') return { state: described(scheduled), crashed: false };
  return undefined;
}

/** What is not ready of a pod that runs: it may still become so. */
export function unreadiness({ metadata, status }: Pod): PodTrouble | undefined {
  const container = status?.containerStatuses?.find(({ ready, state }) => !ready && state?.running !== undefined);
  if (metadata.deletionTimestamp !== undefined || container === undefined) return undefined;
  return { container: container.name, state: `container ${container.name} runs and is not ready`, crashed: false };
}

function troubleOfContainer({ name, state, lastState }: ContainerStatus): PodTrouble | undefined {
  const { waiting, terminated } = state ?? {};
  if (terminated && terminated.exitCode !== 0) {
    return { container: name, state: ended(terminated), crashed: false };
  }
  if (waiting?.reason === undefined || starting.includes(waiting.reason)) return undefined;
  const last = lastState?.terminated;
  if (last) return { container: name, state: `${waiting.reason}: ${ended(last)}`, crashed: true };
  return { state: described(waiting), crashed: false };
}

function ended({ exitCode, reason }: Ended): string {
  return `ended with exit code ${exitCode}${reason === undefined || reason === 'Error' ? '' : ` (${reason})`}`;
}

function described({ reason = 'not scheduled', message }: { reason?: string; message?: string }): string {
  return message ? `${reason}: ${message}` : reason;
}

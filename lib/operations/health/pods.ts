import type { ContainerStatus, TerminatedState } from '../../cluster/kubernetes-types';
import { describeObject, findCondition, type Pod } from '../../cluster/kubernetes-types';
import { bad, type CheckResult, elapsedMilliseconds, formatElapsed, minute, results, warn } from './check-result';
import { ofKind, type Snapshot } from './snapshot';

/** Time in which a pod gets its image and volumes, becomes ready, or ends after its grace. */
const gracePeriod = 5 * minute;

/** Whether any pod is in trouble. Namespaces without trouble are a row each, and those without pods are in trouble. */
export function pods(snapshot: Snapshot): CheckResult[] {
  const all = ofKind(snapshot, 'Pod');
  const namespaces = new Set(snapshot.expected.map(({ namespace }) => namespace).filter((name) => name !== ''));
  return [...namespaces].flatMap((namespace) => {
    const here = all.filter(
      ({ metadata, status }) => metadata.namespace === namespace && status?.phase !== 'Succeeded',
    );
    const rows = here.flatMap((pod) => podRows(pod, snapshot.now));
    if (rows.some(({ state }) => state === 'bad')) return rows;
    const none = here.length === 0 ? ['no pod runs here'] : [];
    return [...rows, ...results('pods', namespace, none, `${here.length} pods, none in trouble`)];
  });
}

function podRows(pod: Pod, now: number): CheckResult[] {
  const { phase, initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  if (phase === 'Failed') return failedPod(pod);
  const containers = [...initContainerStatuses, ...containerStatuses];
  // The containers of a pod that was told to end may end as they like.
  const ending = pod.metadata.deletionTimestamp !== undefined;
  const troubles = ending ? [] : containers.flatMap((container) => containerFailure(pod, container, now));
  const found = troubles.length > 0 ? troubles : podFailures(pod, now);
  const earlier = containers.flatMap((container) => earlierOomKill(container, now));
  return [
    ...found.map((detail) => bad('pods', describeObject(pod), detail)),
    ...earlier.map((detail) => warn('pods', describeObject(pod), detail)),
  ];
}

/** A Job itself tells whether it failed. Of another owner's, a failed pod is what an eviction leaves behind. */
function failedPod(pod: Pod): CheckResult[] {
  if (pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job')) return [];
  const { reason = 'no reason given', message = '' } = pod.status ?? {};
  const remedy = `kubectl delete pod -n ${pod.metadata.namespace} ${pod.metadata.name} once it is understood`;
  return [warn('pods', describeObject(pod), `has failed and was replaced (${reason}) ${message}; ${remedy}`)];
}

function podFailures(pod: Pod, now: number): string[] {
  const { metadata, status } = pod;
  const [scheduled, ready] = [findCondition(pod, 'PodScheduled'), findCondition(pod, 'Ready')];
  const describe = `kubectl describe pod -n ${metadata.namespace} ${metadata.name}`;
  if (metadata.deletionTimestamp !== undefined) {
    const late = elapsedMilliseconds(now, metadata.deletionTimestamp);
    return late > gracePeriod
      ? [`should have ended ${formatElapsed(late)} ago: its node may be lost; ${describe}`]
      : [];
  }
  if (scheduled?.status === 'False') return [`cannot be scheduled: ${scheduled.message ?? scheduled.reason}`];
  const from = status?.phase === 'Running' ? ready?.lastTransitionTime : undefined;
  const age = elapsedMilliseconds(now, from ?? metadata.creationTimestamp);
  if (age <= gracePeriod || ready?.status === 'True') return [];
  if (status?.phase !== 'Running')
    return [`is not started after ${formatElapsed(age)} (${status?.phase}); ${describe}`];
  return [
    `runs and is not ready for ${formatElapsed(age)}: ${ready?.message ?? ready?.reason ?? 'no reason given'}; ${describe}`,
  ];
}

/** A restart within this time counts as trouble: CrashLoopBackOff pauses at most 5 minutes, so that twice it is seen. */
const recently = 15 * minute;

/** Reasons to wait that pass by themselves: a pod that starts. All others are told. */
const startupReasons = ['ContainerCreating', 'PodInitializing'];

/** What is wrong with a container now, if anything. */
export function containerFailure(
  pod: Pod,
  { name, restartCount, state, lastState }: ContainerStatus,
  now: number,
): string[] {
  const { reason = '', message = '' } = state?.waiting ?? {};
  const last = hasFailed(state?.terminated) ? state?.terminated : lastState?.terminated;
  const logs = `kubectl logs -n ${pod.metadata.namespace} ${pod.metadata.name} -c ${name} --previous`;
  if (reason === 'CrashLoopBackOff') {
    return [`container ${name} crashes again and again (${restarts(restartCount)}): ${ending(last)}; ${logs}`];
  }
  if (reason !== '' && !startupReasons.includes(reason))
    return [`container ${name} does not start: ${reason}: ${message}`];
  const ago = elapsedMilliseconds(now, last?.finishedAt);
  if (last === undefined || ago > recently) return [];
  const when = `ended ${formatElapsed(ago)} ago, within the last ${formatElapsed(recently)}`;
  return [`container ${name} ${when} (${restarts(restartCount)}): ${ending(last)}; ${logs}`];
}

/** A container that once had too little memory, and runs again for a while. */
export function earlierOomKill({ name, restartCount, lastState }: ContainerStatus, now: number): string[] {
  const last = lastState?.terminated;
  const ago = elapsedMilliseconds(now, last?.finishedAt);
  if (last?.reason !== 'OOMKilled' || ago <= recently) return [];
  const when = last.finishedAt === undefined ? '' : ` ${formatElapsed(ago)} ago`;
  return [`container ${name} was killed for want of memory${when} (${restarts(restartCount)}); look at its limit`];
}

/** An init container that has done its work has ended too. */
function hasFailed(ended: TerminatedState | undefined): boolean {
  return ended !== undefined && ended.exitCode !== 0;
}

function ending(last: TerminatedState | undefined): string {
  if (last === undefined) return 'nothing is known of its end';
  const { reason, exitCode, message } = last;
  if (reason === 'OOMKilled') return 'killed for want of memory (OOMKilled): raise its limit';
  const words = message?.trim().split('\n').at(-1) ?? '';
  return `exit code ${exitCode}${words === '' ? '' : `: ${words}`}`;
}

function restarts(count: number): string {
  return count === 1 ? '1 restart in all' : `${count} restarts in all`;
}

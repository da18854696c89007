import {
  type ContainerStatus,
  describeObject,
  findCondition,
  type Pod,
  type TerminatedState,
} from '../../cluster/kubernetes-types';
import { takeLastLine } from '../../cluster/process';
import { startupReasons } from '../../cluster/workload-status';
import {
  type CheckResult,
  computeElapsed,
  formatElapsed,
  makeFailure,
  makeResults,
  makeWarning,
  minute,
} from './check-result';
import { type Snapshot, selectKind } from './snapshot';

const check = 'pods';

/** Milliseconds in which a pod starts and becomes ready, or ends after its own grace period. */
const gracePeriod = 5 * minute;

/** Milliseconds in which a restart counts as a failure. The longest pause of CrashLoopBackOff is 5 minutes. */
const restartWindow = 15 * minute;

/** Checks that every pod works. A namespace without a failure is one row; a namespace without pods is a failure. */
export function checkPods(snapshot: Snapshot): CheckResult[] {
  const all = selectKind(snapshot, 'Pod');
  const namespaces = new Set(snapshot.expected.map(({ namespace }) => namespace).filter((name) => name !== ''));
  return [...namespaces].flatMap((namespace) => {
    const here = all.filter(
      ({ metadata, status }) => metadata.namespace === namespace && status?.phase !== 'Succeeded',
    );
    const rows = here.flatMap((pod) => checkPod(pod, snapshot.now));
    if (rows.some(({ state }) => state === 'failed')) return rows;
    const failures = here.length === 0 ? ['no pod is running here'] : [];
    return [...rows, ...makeResults(check, namespace, failures, `${here.length} pods, no failure`)];
  });
}

function checkPod(pod: Pod, now: number): CheckResult[] {
  const { phase, initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  if (phase === 'Failed') return checkFailedPod(pod);
  const containers = [...initContainerStatuses, ...containerStatuses];
  // Containers of a pod that is being deleted may end with any exit code.
  const isTerminating = pod.metadata.deletionTimestamp !== undefined;
  const containerFailures = isTerminating ? [] : containers.flatMap((each) => findContainerFailures(pod, each, now));
  const failures = containerFailures.length > 0 ? containerFailures : findPodFailures(pod, now);
  const warnings = containers.flatMap((container) => findEarlierOomKill(container, now));
  return [
    ...failures.map((detail) => makeFailure(check, describeObject(pod), detail)),
    ...warnings.map((detail) => makeWarning(check, describeObject(pod), detail)),
  ];
}

/** A Job reports its own failed pods. Other owners have replaced theirs, as after an eviction. */
function checkFailedPod(pod: Pod): CheckResult[] {
  if (pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job')) return [];
  const { reason = 'no reason given', message = '' } = pod.status ?? {};
  const remedy = `once the reason is understood: kubectl delete pod -n ${pod.metadata.namespace} ${pod.metadata.name}`;
  return [makeWarning(check, describeObject(pod), `failed and was replaced (${reason}) ${message}; ${remedy}`)];
}

/** What is wrong with a pod as a whole: it is late in ending, starting or becoming ready. */
function findPodFailures(pod: Pod, now: number): string[] {
  const { metadata, status } = pod;
  const [scheduled, ready] = [findCondition(pod, 'PodScheduled'), findCondition(pod, 'Ready')];
  const describe = `kubectl describe pod -n ${metadata.namespace} ${metadata.name}`;
  if (metadata.deletionTimestamp !== undefined) {
    const overdue = computeElapsed(now, metadata.deletionTimestamp);
    return overdue > gracePeriod
      ? [`should have ended ${formatElapsed(overdue)} ago, its node may be lost; ${describe}`]
      : [];
  }
  if (scheduled?.status === 'False') return [`cannot be scheduled: ${scheduled.message ?? scheduled.reason}`];
  const isRunning = status?.phase === 'Running';
  const since = (isRunning ? ready?.lastTransitionTime : undefined) ?? metadata.creationTimestamp;
  const age = computeElapsed(now, since);
  if (age <= gracePeriod || ready?.status === 'True') return [];
  if (!isRunning) return [`has not started after ${formatElapsed(age)} (${status?.phase}); ${describe}`];
  const reason = ready?.message ?? ready?.reason ?? 'no reason given';
  return [`has been running without being ready for ${formatElapsed(age)}: ${reason}; ${describe}`];
}

/** What is wrong with a container now, if anything. */
function findContainerFailures(
  pod: Pod,
  { name, restartCount, state, lastState }: ContainerStatus,
  now: number,
): string[] {
  const { reason = '', message = '' } = state?.waiting ?? {};
  const last = hasFailed(state?.terminated) ? state?.terminated : lastState?.terminated;
  const logs = `kubectl logs -n ${pod.metadata.namespace} ${pod.metadata.name} -c ${name} --previous`;
  if (reason === 'CrashLoopBackOff') {
    return [
      `container ${name} keeps crashing (${formatRestarts(restartCount)}): ${describeTermination(last)}; ${logs}`,
    ];
  }
  if (reason !== '' && !startupReasons.includes(reason)) {
    return [`container ${name} does not start: ${reason}: ${message}`];
  }
  const ago = computeElapsed(now, last?.finishedAt);
  if (last === undefined || ago > restartWindow) return [];
  const when = `ended ${formatElapsed(ago)} ago, within the last ${formatElapsed(restartWindow)}`;
  return [`container ${name} ${when} (${formatRestarts(restartCount)}): ${describeTermination(last)}; ${logs}`];
}

/** A container that was OOM-killed, and has been running again for a while. */
function findEarlierOomKill({ name, restartCount, lastState }: ContainerStatus, now: number): string[] {
  const last = lastState?.terminated;
  const ago = computeElapsed(now, last?.finishedAt);
  if (last?.reason !== 'OOMKilled' || ago <= restartWindow) return [];
  const when = last.finishedAt === undefined ? '' : ` ${formatElapsed(ago)} ago`;
  return [`container ${name} was OOM-killed${when} (${formatRestarts(restartCount)}); check its memory limit`];
}

/** An init container that has succeeded is terminated too. */
function hasFailed(terminated: TerminatedState | undefined): boolean {
  return terminated !== undefined && terminated.exitCode !== 0;
}

function describeTermination(last: TerminatedState | undefined): string {
  if (last === undefined) return 'exit reason unknown';
  const { reason, exitCode, message = '' } = last;
  if (reason === 'OOMKilled') return 'OOM-killed: raise its memory limit';
  const line = takeLastLine(message);
  return `exit code ${exitCode}${line === '' ? '' : `: ${line}`}`;
}

function formatRestarts(count: number): string {
  return count === 1 ? '1 restart' : `${count} restarts`;
}

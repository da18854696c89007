import type { JobOutcome } from '../hooks';
import { isOwnedBy } from '../objects';
import type { Condition, ContainerStatus, Job, Pod } from '../workloads';
import { podOf, refusedByQuota } from './children';
import { withCondition } from './conditions';
import type { Controller, World } from './controller';

/** Runs each Job once, with one pod. The test decides how it ends, once the pod has started. */
export const jobs: Controller = (world) => {
  for (const job of world.store.all<Job>('Job')) {
    if (job.spec.suspend || isOver(job)) continue;
    const pod = world.store.all<Pod>('Pod', job.metadata.namespace).find((one) => isOwnedBy(one, job));
    if (!pod) start(world, job);
    else if (pod.status?.phase === 'Running') run(world, job, pod);
  }
};

/** Jobs whose pods run now, by their UID: how they will end, and when. */
const running = new WeakMap<World['store'], Map<string, { readonly outcome: JobOutcome; readonly end: number }>>();

function isOver({ status }: Job): boolean {
  return status?.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed') ?? false;
}

function start({ store, hooks }: World, job: Job): void {
  const { name, uid = '' } = job.metadata;
  const refusal = refusedByQuota(hooks, name, job.spec.template);
  if (refusal !== undefined) {
    recordEvent(store, job, refusal);
    return;
  }
  const labels = {
    'job-name': name,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
  };
  store.update({ ...job, status: { ...job.status, startTime: store.time, active: 1, ready: 0 } });
  store.create(podOf(job, `${name}-p1`, job.spec.template, labels));
}

/** Records, as the Job controller does, that a pod cannot be created. */
function recordEvent(store: World['store'], { kind, metadata }: Job, message: string): void {
  const { name, namespace } = metadata;
  store.put({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.failed-create`, namespace },
    ...{ type: 'Warning', reason: 'FailedCreate', message, involvedObject: { kind, name } },
  });
}

function run(world: World, job: Job, pod: Pod): void {
  const all = running.get(world.store) ?? new Map();
  running.set(world.store, all);
  const { uid = '' } = job.metadata;
  if (!all.has(uid)) {
    const outcome = world.hooks.job(job);
    const { activeDeadlineSeconds = Number.POSITIVE_INFINITY } = job.spec;
    const seconds = Math.min(outcome.seconds ?? 0, activeDeadlineSeconds);
    all.set(uid, { outcome, end: world.store.milliseconds + seconds * 1000 });
    log(world, pod, outcome.log);
    world.lookAgain(seconds * 1000);
  }
  const { outcome, end } = all.get(uid);
  if (world.store.milliseconds >= end) finish(world, job, pod, outcome);
}

function log({ hooks }: World, { metadata, spec }: Pod, text = ''): void {
  const [container] = spec.containers;
  const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  hooks.logs.set(`${metadata.namespace}/${metadata.name}/${container?.name}`, ended);
}

function finish({ store }: World, job: Job, pod: Pod, outcome: JobOutcome): void {
  const late = (outcome.seconds ?? 0) > (job.spec.activeDeadlineSeconds ?? Number.POSITIVE_INFINITY);
  const succeeded = outcome.succeed && !late;
  const statuses = pod.status?.containerStatuses ?? [];
  const containerStatuses = statuses.map((status) => terminated(status, succeeded, outcome));
  const conditions = pod.status?.conditions?.filter(({ type }) => !type.endsWith('Ready'));
  const phase = succeeded ? 'Succeeded' : 'Failed';
  store.update({ ...pod, status: { ...pod.status, phase, conditions, containerStatuses } });
  const counts = succeeded ? { succeeded: 1, completionTime: store.time } : { failed: 1 };
  const { startTime } = job.status ?? {};
  const status = { startTime, ready: 0, ...counts, conditions: conditionsOf(store, job, succeeded, late) };
  if (succeeded) outcome.effect?.();
  store.update({ ...job, status });
}

function terminated(
  status: ContainerStatus,
  succeeded: boolean,
  { reason, terminationMessage: message = '' }: JobOutcome,
): ContainerStatus {
  const end = succeeded ? { exitCode: 0, reason: 'Completed' } : { exitCode: 1, reason: reason ?? 'Error' };
  const state = { terminated: message === '' ? end : { ...end, message } };
  return { ...status, ready: false, started: false, state };
}

function conditionsOf(store: World['store'], { status }: Job, succeeded: boolean, late: boolean): Condition[] {
  if (succeeded) {
    const reached = 'Reached expected number of succeeded pods';
    return ['SuccessCriteriaMet', 'Complete'].map((type) => {
      return withCondition(store, status, type, 'True', 'CompletionsReached', reached);
    });
  }
  const [reason, message] = late
    ? ['DeadlineExceeded', 'Job was active longer than specified deadline']
    : ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'];
  return ['FailureTarget', 'Failed'].map((type) => withCondition(store, status, type, 'True', reason, message));
}

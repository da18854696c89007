import type { Cursor } from '../../manifests/cursor';
import { findScheduleProblem, isTimeZone } from '../../platform/settings/cron-schedule';
import type { Violation } from '../rule';
import { atLeast, type Limit, numberOrPercentage, oneOf, type ValueFamily } from './value-family';

const retention = oneOf('Retain', 'Delete');

export const workloadValues: ValueFamily = {
  name: 'workload-values',
  finds:
    'A value of a workload that is refused: a restart policy that the kind does not have, Recreate with a rolling update, a rollout that may neither add nor remove a pod, a schedule or time zone that does not exist, a negative number.',
  why: 'The API server refuses the workload, or it never makes progress.',
  example: `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report, namespace: shop }
spec:
  schedule: "0 3 * *"
  timeZone: Europe/Pariss
  jobTemplate:
    spec: { template: { spec: { containers: [{ name: report, image: example.org/report:1 }] } } }
`,
  limits: {
    'apps.v1.DeploymentSpec': { replicas: atLeast(0), minReadySeconds: atLeast(0), revisionHistoryLimit: atLeast(0) },
    'apps.v1.DeploymentStrategy': { type: oneOf('Recreate', 'RollingUpdate') },
    'apps.v1.RollingUpdateDeployment': { maxSurge: numberOrPercentage, maxUnavailable: numberOrPercentage },
    'apps.v1.ReplicaSetSpec': { replicas: atLeast(0), minReadySeconds: atLeast(0) },
    'core.v1.ReplicationControllerSpec': { replicas: atLeast(0), minReadySeconds: atLeast(0) },
    'apps.v1.DaemonSetSpec': { minReadySeconds: atLeast(0), revisionHistoryLimit: atLeast(0) },
    'apps.v1.DaemonSetUpdateStrategy': { type: oneOf('RollingUpdate', 'OnDelete') },
    'apps.v1.RollingUpdateDaemonSet': { maxSurge: numberOrPercentage, maxUnavailable: numberOrPercentage },
    'apps.v1.StatefulSetSpec': {
      replicas: atLeast(0),
      minReadySeconds: atLeast(0),
      revisionHistoryLimit: atLeast(0),
      podManagementPolicy: oneOf('OrderedReady', 'Parallel'),
    },
    'apps.v1.StatefulSetUpdateStrategy': { type: oneOf('RollingUpdate', 'OnDelete') },
    'apps.v1.RollingUpdateStatefulSetStrategy': { partition: atLeast(0), maxUnavailable: numberOrPercentage },
    'apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy': { whenDeleted: retention, whenScaled: retention },
    'batch.v1.JobSpec': {
      parallelism: atLeast(0),
      completions: atLeast(0),
      backoffLimit: atLeast(0),
      activeDeadlineSeconds: atLeast(0),
      ttlSecondsAfterFinished: atLeast(0),
      completionMode: oneOf('NonIndexed', 'Indexed'),
      podReplacementPolicy: oneOf('TerminatingOrFailed', 'Failed'),
    },
    'batch.v1.CronJobSpec': {
      schedule,
      timeZone,
      concurrencyPolicy: oneOf('Allow', 'Forbid', 'Replace'),
      startingDeadlineSeconds: atLeast(0),
      successfulJobsHistoryLimit: atLeast(0),
      failedJobsHistoryLimit: atLeast(0),
    },
  },
  relations: {
    'apps.v1.DeploymentSpec': deployment,
    'apps.v1.ReplicaSetSpec': lastingPods,
    'apps.v1.DaemonSetSpec': daemonSet,
    'apps.v1.StatefulSetSpec': statefulSet,
    'core.v1.ReplicationControllerSpec': lastingPods,
    'batch.v1.JobSpec': job,
  },
};

function schedule(value: unknown): ReturnType<Limit> {
  const problem = typeof value === 'string' ? findScheduleProblem(value) : undefined;
  return problem === undefined
    ? undefined
    : { message: problem, remedy: 'state minute, hour, day of month, month and day of week' };
}

function timeZone(value: unknown): ReturnType<Limit> {
  if (typeof value !== 'string' || isTimeZone(value)) return undefined;
  return { message: `${JSON.stringify(value)} is not a time zone`, remedy: 'state one such as Europe/Paris' };
}

function* lastingPods(at: Cursor): Generator<Violation> {
  const policy = at.at('template', 'spec', 'restartPolicy');
  if (policy.exists && policy.value !== 'Always') {
    yield { at: policy, message: `these pods restart Always, not ${policy.value}`, remedy: 'remove it, or make a Job' };
  }
  const deadline = at.at('template', 'spec', 'activeDeadlineSeconds');
  if (deadline.exists)
    yield { at: deadline, message: 'these pods have no deadline', remedy: 'remove it, or make a Job' };
}

function* deployment(at: Cursor): Generator<Violation> {
  yield* lastingPods(at);
  const strategy = at.at('strategy');
  const rolling = strategy.at('rollingUpdate');
  if (strategy.text('type') === 'Recreate' && rolling.exists) {
    yield { at: rolling, message: 'Recreate has no rolling update', remedy: 'remove rollingUpdate' };
  } else if (isZero(rolling.at('maxSurge').value) && isZero(rolling.at('maxUnavailable').value)) {
    yield { at: rolling, message: 'maxSurge and maxUnavailable are both 0', remedy: 'let one of them be above 0' };
  }
  const [deadline, ready] = [at.number('progressDeadlineSeconds') ?? 600, at.number('minReadySeconds') ?? 0];
  if (deadline <= ready) {
    yield {
      at: at.at(at.has('progressDeadlineSeconds') ? 'progressDeadlineSeconds' : 'minReadySeconds'),
      message: `progressDeadlineSeconds is ${deadline}, and minReadySeconds ${ready}`,
      remedy: 'raise progressDeadlineSeconds above minReadySeconds',
    };
  }
}

function* daemonSet(at: Cursor): Generator<Violation> {
  yield* lastingPods(at);
  const rolling = at.at('updateStrategy', 'rollingUpdate');
  if (!rolling.exists) return;
  const hasSurge = !isZero(rolling.at('maxSurge').value ?? 0);
  const hasUnavailable = !isZero(rolling.at('maxUnavailable').value ?? 1);
  if (hasSurge === hasUnavailable) {
    const message = `one of maxSurge and maxUnavailable (1 if it is not stated) must be 0, and the other not`;
    yield { at: rolling, message, remedy: 'let one of them be 0' };
  }
}

function* statefulSet(at: Cursor): Generator<Violation> {
  yield* lastingPods(at);
  const strategy = at.at('updateStrategy');
  if (strategy.text('type') !== 'OnDelete' || !strategy.has('rollingUpdate')) return;
  yield { at: strategy.at('rollingUpdate'), message: 'OnDelete has no rolling update', remedy: 'remove rollingUpdate' };
}

function* job(at: Cursor): Generator<Violation> {
  const policy = at.at('template', 'spec', 'restartPolicy');
  if (at.has('template', 'spec') && (policy.text() ?? 'Always') === 'Always') {
    const stated = policy.exists ? 'Always' : 'Always, which is the default';
    yield { at: policy, message: `the pods of a Job cannot restart ${stated}`, remedy: 'state OnFailure or Never' };
  }
  if (at.text('completionMode') === 'Indexed' && !at.has('completions')) {
    yield { at: at.at('completionMode'), message: 'Indexed needs completions', remedy: 'state completions' };
  }
  for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes']) {
    if (!at.has(name) || at.text('completionMode') === 'Indexed') continue;
    yield { at: at.at(name), message: 'the pods of this Job have no index', remedy: 'state completionMode: Indexed' };
  }
  if (at.has('selector') && at.flag('manualSelector') !== true) {
    yield { at: at.at('selector'), message: 'Kubernetes generates the selector of a Job', remedy: 'remove it' };
  }
}

function isZero(value: unknown): boolean {
  return value === 0 || value === '0%';
}

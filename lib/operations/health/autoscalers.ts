import { type Autoscaler, type Condition, describeObject, findCondition } from '../../cluster/kubernetes-types';
import { type CheckResult, computeElapsed, formatElapsed, makeFailure, makeWarning, minute } from './check-result';
import { type Snapshot, selectKind } from './snapshot';

const check = 'autoscalers';

/**
 * Milliseconds in which new pods may have no metrics. The controller ignores the CPU of a pod in its first 5 minutes unless it
 * is ready (`--horizontal-pod-autoscaler-cpu-initialization-period`), and metrics-server needs some rounds to see it.
 */
const metricsDelay = 5 * minute;

/** Reasons of a controller that waits for metrics. */
const withoutMetrics = /^(FailedGet\w*Metrics?|FailedComputeMetricsReplicas)$/;

/**
 * Checks that each autoscaler can scale. One that cannot has failed, since the next peak load would add no pods. Missing
 * metrics of new pods, and the maximum number of pods, are warnings.
 */
export function checkAutoscalers(snapshot: Snapshot): CheckResult[] {
  return selectKind(snapshot, 'HorizontalPodAutoscaler').map((autoscaler) => checkAutoscaler(autoscaler, snapshot.now));
}

function checkAutoscaler(autoscaler: Autoscaler, now: number): CheckResult {
  const object = describeObject(autoscaler);
  const { conditions = [] } = autoscaler.status ?? {};
  if (conditions.length === 0) return reportUnprocessed(autoscaler, now);
  const failing = findFailingCondition(autoscaler);
  if (!failing) return { ...judgeScale(autoscaler), check, object };
  const { type, reason = `condition ${failing.type} is missing`, message = '' } = failing;
  const age = computeElapsed(now, failing.lastTransitionTime);
  if (type === 'ScalingActive' && withoutMetrics.test(reason) && age < metricsDelay) {
    return makeWarning(
      check,
      object,
      `has had no metrics for ${formatElapsed(age)}, which is normal after a rollout: ${message}`,
    );
  }
  return makeFailure(check, object, `does not scale: ${reason}: ${message}`);
}

function reportUnprocessed(autoscaler: Autoscaler, now: number): CheckResult {
  const age = computeElapsed(now, autoscaler.metadata.creationTimestamp);
  const result = age < metricsDelay ? makeWarning : makeFailure;
  const detail = 'no controller has processed it yet; if that lasts, the controller manager is down';
  return result(check, describeObject(autoscaler), detail);
}

/** The condition that prevents scaling. A condition that the controller does not report counts as one. */
function findFailingCondition(autoscaler: Autoscaler): Condition | undefined {
  return ['AbleToScale', 'ScalingActive']
    .map((type): Condition => findCondition(autoscaler, type) ?? { type, status: 'Unknown' })
    .find(({ status }) => status !== 'True');
}

function judgeScale({ spec, status }: Autoscaler): Pick<CheckResult, 'state' | 'detail'> {
  const { minReplicas = 1, maxReplicas } = spec;
  const { currentReplicas = 0 } = status ?? {};
  const figures = `${currentReplicas} pods, between ${minReplicas} and ${maxReplicas}`;
  // Where minimum and maximum are equal, the number is fixed on purpose.
  return currentReplicas >= maxReplicas && maxReplicas > minReplicas
    ? { state: 'warning', detail: `${figures}: at its maximum, it cannot scale up` }
    : { state: 'ok', detail: figures };
}

import { type Autoscaler, type Condition, describeObject, findCondition } from '../../cluster/kubernetes-types';
import { type CheckResult, elapsedMilliseconds, failed, formatElapsed, minute, warning } from './check-result';
import { ofKind, type Snapshot } from './snapshot';

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
export function autoscalers(snapshot: Snapshot): CheckResult[] {
  return ofKind(snapshot, 'HorizontalPodAutoscaler').map((autoscaler) => checkAutoscaler(autoscaler, snapshot.now));
}

function checkAutoscaler(autoscaler: Autoscaler, now: number): CheckResult {
  const object = describeObject(autoscaler);
  const { conditions = [] } = autoscaler.status ?? {};
  if (conditions.length === 0) return unprocessed(autoscaler, now);
  const failing = failingCondition(autoscaler);
  if (!failing) return { ...scaleResult(autoscaler), check, object };
  const { type, reason = `condition ${failing.type} is missing`, message = '' } = failing;
  const age = elapsedMilliseconds(now, failing.lastTransitionTime);
  if (type === 'ScalingActive' && withoutMetrics.test(reason) && age < metricsDelay) {
    return warning(check, object, `has had no metrics for ${formatElapsed(age)}, as after each rollout: ${message}`);
  }
  return failed(check, object, `does not scale: ${reason}: ${message}`);
}

function unprocessed(autoscaler: Autoscaler, now: number): CheckResult {
  const age = elapsedMilliseconds(now, autoscaler.metadata.creationTimestamp);
  const result = age < metricsDelay ? warning : failed;
  const detail = 'no controller has processed it yet; if that lasts, the controller manager is down';
  return result(check, describeObject(autoscaler), detail);
}

/** The condition that prevents scaling. A condition that the controller does not report counts as one. */
function failingCondition(autoscaler: Autoscaler): Condition | undefined {
  return ['AbleToScale', 'ScalingActive']
    .map((type): Condition => findCondition(autoscaler, type) ?? { type, status: 'Unknown' })
    .find(({ status }) => status !== 'True');
}

function scaleResult({ spec, status }: Autoscaler): Pick<CheckResult, 'state' | 'detail'> {
  const { minReplicas = 1, maxReplicas } = spec;
  const { currentReplicas = 0 } = status ?? {};
  const figures = `${currentReplicas} pods, between ${minReplicas} and ${maxReplicas}`;
  // Where minimum and maximum are equal, the number is fixed on purpose.
  return currentReplicas >= maxReplicas && maxReplicas > minReplicas
    ? { state: 'warning', detail: `${figures}: at its maximum, it cannot scale up` }
    : { state: 'ok', detail: figures };
}

import { type Autoscaler, type Condition, describeObject, findCondition } from '../../cluster/kubernetes-types';
import { bad, type CheckResult, elapsedMilliseconds, formatElapsed, minute, warn } from './check-result';
import { ofKind, type Snapshot } from './snapshot';

const check = 'autoscalers';

/**
 * Time in which new pods may have no metrics: their controller ignores the CPU of a pod in its first 5 minutes unless it is
 * ready (`--horizontal-pod-autoscaler-cpu-initialization-period`), and metrics-server needs some rounds to see it.
 */
const metricsDelay = 5 * minute;

/** Reasons of a controller that waits for metrics. */
const withoutMetrics = /^(FailedGet\w*Metrics?|FailedComputeMetricsReplicas)$/;

/**
 * Whether each autoscaler can do its work. One that cannot is bad: at the next rush no pods are added. One that has no
 * metrics yet, or is at its maximum, is a warning: all that was promised is there.
 */
export function autoscalers(snapshot: Snapshot): CheckResult[] {
  return ofKind(snapshot, 'HorizontalPodAutoscaler').map((autoscaler) => autoscalerRow(autoscaler, snapshot.now));
}

function autoscalerRow(autoscaler: Autoscaler, now: number): CheckResult {
  const object = describeObject(autoscaler);
  const { conditions = [] } = autoscaler.status ?? {};
  if (conditions.length === 0) return unseenRow(autoscaler, now);
  const failing = failingCondition(autoscaler);
  if (!failing) return { ...levelOf(autoscaler), check, object };
  const { type, reason = `says nothing of ${failing.type}`, message = '' } = failing;
  const age = elapsedMilliseconds(now, failing.lastTransitionTime);
  if (type === 'ScalingActive' && withoutMetrics.test(reason) && age < metricsDelay) {
    return warn(check, object, `has had no metrics for ${formatElapsed(age)}, as after each rollout: ${message}`);
  }
  return bad(check, object, `does not scale: ${reason}: ${message}`);
}

function unseenRow(autoscaler: Autoscaler, now: number): CheckResult {
  const age = elapsedMilliseconds(now, autoscaler.metadata.creationTimestamp);
  const detail = 'no controller has looked at it yet; if that lasts, it is down';
  return age < metricsDelay
    ? warn(check, describeObject(autoscaler), detail)
    : bad(check, describeObject(autoscaler), detail);
}

/** The condition that keeps it from scaling. One that its controller does not state has no reason. */
function failingCondition(autoscaler: Autoscaler): Condition | undefined {
  return ['AbleToScale', 'ScalingActive']
    .map((type): Condition => findCondition(autoscaler, type) ?? { type, status: 'Unknown' })
    .find(({ status }) => status !== 'True');
}

function levelOf({ spec, status }: Autoscaler): Pick<CheckResult, 'state' | 'detail'> {
  const { minReplicas = 1, maxReplicas } = spec;
  const { currentReplicas = 0 } = status ?? {};
  const figures = `${currentReplicas} pods, between ${minReplicas} and ${maxReplicas}`;
  // Where minimum and maximum are one number it is always there, on purpose.
  return currentReplicas >= maxReplicas && maxReplicas > minReplicas
    ? { state: 'warn', detail: `${figures}: at its maximum, it cannot grow any more` }
    : { state: 'ok', detail: figures };
}

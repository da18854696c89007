import type { Indicator } from '../../../services/service-metrics';
import { type Matchers, matches } from '../../rules/selector';
import { goodBucket } from '../../rules/service-sli';
import { inEnvironment, rate } from '../promql';

/** Series of the chosen service. */
export const service: Matchers = inEnvironment('$service');

/** Series of its pods that the reader has chosen. */
export const pods: Matchers = { ...service, pod: matches('$pod') };

/** Events in a second by their outcome: by the label that tells it, or by whether they were in time. */
export function eventsByOutcome(indicator: Indicator): Record<string, string> {
  if (indicator.kind !== 'time-to-first-byte') {
    const { label } = indicator.failed;
    return { [`{{${label}}}`]: `sum by (${label}) (${rate(indicator.counter, pods)})` };
  }
  const inTime = `sum(rate(${goodBucket(indicator, pods)}[$__rate_interval]))`;
  return {
    [`within ${indicator.bound} s`]: inTime,
    [`later than ${indicator.bound} s`]: `sum(${events(indicator)}) - ${inTime}`,
  };
}

/** Events in a second of each pod. */
export function eventsByPod(indicator: Indicator): string {
  return `sum by (pod) (${events(indicator)})`;
}

/** Bad events in a second of each pod: 0 where there are none, for then a counter may have no series of them. */
export function badEventsByPod(indicator: Indicator): string {
  const all = eventsByPod(indicator);
  if (indicator.kind === 'time-to-first-byte') {
    return `${all} - sum by (pod) (rate(${goodBucket(indicator, pods)}[$__rate_interval]))`;
  }
  const { label, pattern } = indicator.failed;
  return `sum by (pod) (${rate(indicator.counter, { ...pods, [label]: matches(pattern) })}) or ${all} * 0`;
}

function events(indicator: Indicator): string {
  return rate(indicator.kind === 'time-to-first-byte' ? `${indicator.histogram}_count` : indicator.counter, pods);
}

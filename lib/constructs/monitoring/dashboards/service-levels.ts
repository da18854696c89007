import type { Indicator } from '../../../platform/settings/service-metrics';
import { type Matchers, matches, select } from '../rules/promql';
import { recordingNames, type SliWindow, selectGoodBucket } from '../rules/service-slo';
import { type Panel, stat, timeSeries, worseBelow, worseFrom } from './panels';
import { rate } from './queries';

/** Burn rate: how many times faster than allowed services spend their error budget. */
export function queryBurnRate(window: SliWindow, services: Matchers): string {
  const allowed = `(1 - ${select(recordingNames.objective, services)})`;
  return `${select(recordingNames.errorRatio(window), services)} / on (namespace, job) ${allowed}`;
}

/** What is left of the error budgets of services, now and over time. */
export function makeBudgetPanels(services: Matchers, legend: string): { now: Panel; overTime: Panel } {
  const title = 'Error budget left';
  const meaning = 'Remaining share of the failed events that the objective allows in 30 days.';
  const queries = { [legend]: select(recordingNames.budgetRemaining, services) };
  return {
    now: stat(title, `${meaning} Below 0 the objective was missed.`, worseBelow(0.5, 0), queries),
    overTime: timeSeries(title, meaning, { unit: 'percentunit', signed: true }, queries),
  };
}

/** How fast services spent their error budgets in the last hour. */
export function makeBurnRateStat(services: Matchers, legend: string): Panel {
  return stat(
    'Burn rate',
    'How fast the error budget was spent in the last hour: at 1 it lasts 30 days, at 14.4 two days.',
    worseFrom(1, 14.4, 'short'),
    { [legend]: queryBurnRate('1h', services) },
  );
}

/** Failed events of services. */
export function makeFailedEventsStat(services: Matchers, legend: string): Panel {
  return stat('Failed events', 'Share of events that failed in the last five minutes.', 'percentunit', {
    [legend]: select(recordingNames.errorRatio('5m'), services),
  });
}

/** Events per second by outcome: by the label of the contract, or by whether they were fast enough. */
export function queryEventsByOutcome(indicator: Indicator, pods: Matchers): Record<string, string> {
  if (indicator.kind !== 'time-to-first-byte') {
    const { label } = indicator.failed;
    return { [`{{${label}}}`]: `sum by (${label}) (${rate(indicator.counter, pods)})` };
  }
  const inTime = `sum(rate(${selectGoodBucket(indicator, pods)}[$__rate_interval]))`;
  return {
    [`within ${indicator.bound} s`]: inTime,
    [`later than ${indicator.bound} s`]: `sum(${queryEvents(indicator, pods)}) - ${inTime}`,
  };
}

/** Events per second of each pod. */
export function queryEventsByPod(indicator: Indicator, pods: Matchers): string {
  return `sum by (pod) (${queryEvents(indicator, pods)})`;
}

/** Failed events per second of each pod. 0 without a series, because a counter has none before its first failure. */
export function queryFailedEventsByPod(indicator: Indicator, pods: Matchers): string {
  const all = queryEventsByPod(indicator, pods);
  if (indicator.kind === 'time-to-first-byte') {
    return `${all} - sum by (pod) (rate(${selectGoodBucket(indicator, pods)}[$__rate_interval]))`;
  }
  const { label, pattern } = indicator.failed;
  return `sum by (pod) (${rate(indicator.counter, { ...pods, [label]: matches(pattern) })}) or ${all} * 0`;
}

function queryEvents(indicator: Indicator, pods: Matchers): string {
  return rate(indicator.kind === 'time-to-first-byte' ? `${indicator.histogram}_count` : indicator.counter, pods);
}

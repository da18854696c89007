import type { ServiceContract } from '../../../platform/service-contract';
import type { Indicator } from '../../../platform/settings/service-metrics';
import type { MonitoredService, RuleContext } from '../rules/rule';
import { is, type Matchers, matches, oneOf, select } from '../rules/selector';
import { goodBucket, recordingNames, type SliWindow, sliWindows } from '../rules/service-slo';
import { scrapeJobs } from '../scrape-endpoints';
import { containerPanels, restarts } from './container-panels';
import { type DashboardDefinition, deployMarks, multiValueVariable, singleValueVariable } from './dashboard';
import { logRows, logsVariables } from './log-panels';
import { type Panel, stat, timeSeries, wholeIsGood, worseBelow, worseFrom, yesOrNo } from './panels';
import { burnRate, inEnvironment, type Queries, quantile, rate, share } from './queries';

/** Series of the selected service. */
const service: Matchers = inEnvironment('$service');

/** Series of the selected pods of the service. */
const pods: Matchers = { ...service, pod: matches('$pod') };

/** Events per second by outcome: by the label of the contract, or by whether they were fast enough. */
function eventsByOutcome(indicator: Indicator): Record<string, string> {
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

/** Events per second of each pod. */
function eventsByPod(indicator: Indicator): string {
  return `sum by (pod) (${events(indicator)})`;
}

/** Failed events per second of each pod. 0 without a series, because a counter has none before its first failure. */
function badEventsByPod(indicator: Indicator): string {
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

/** A dashboard for any of the services, derived from their contracts. */
export function serviceDashboard({
  services,
  logs,
  servers,
}: Pick<RuleContext, 'services' | 'logs' | 'servers'>): DashboardDefinition {
  const contracts = services.map(({ contract }) => contract);
  const workloads = services.map(({ workload }) => workload);
  return {
    uid: 'service-overview',
    title: 'Service',
    description: description(services),
    environmentOf: workloads,
    variables: [
      singleValueVariable({
        name: 'service',
        label: 'Service',
        description: 'Workload name of the service.',
        query: `label_values(${select('up', { job: oneOf(workloads), namespace: is('$environment') })}, job)`,
      }),
      multiValueVariable({
        name: 'pod',
        label: 'Pod',
        description: 'The pods of the service.',
        query: `label_values(${select('up', service)}, pod)`,
      }),
      ...logsVariables({ logs, servers }),
    ],
    annotations: [deployMarks(services)],
    rows: {
      'Service level': levelPanels,
      'Traffic, errors, latency': trafficPanels(contracts),
      'By pod': podPanels(contracts),
      Saturation: containerPanels('$pod', servers),
      Replicas: replicaPanels,
      'Error budget': budgetPanels,
      ...logRows(logs, { app: is('$service'), pods: '$pod' }),
    },
  };
}

function description(services: readonly MonitoredService[]): string {
  const assumed = services.flatMap(({ contract }) =>
    Object.entries(contract.metrics.exports).flatMap(([name, metric]) => (metric.assumed ? [name] : [])),
  );
  const text = 'One service: its service level, and how close its pods are to their limits.';
  return assumed.length === 0 ? text : `${text} The contract assumes that its image exports: ${assumed.join(', ')}.`;
}

const budget = select(recordingNames.budgetRemaining, service);

const levelPanels: readonly Panel[] = [
  stat('Objective', 'Share of events that have to succeed, over 30 days.', 'percentunit', {
    objective: select(recordingNames.objective, service),
  }),
  stat(
    'Error budget left',
    'Remaining share of the failed events that the objective allows in 30 days. Below 0 the objective was missed.',
    { unit: 'percentunit', colors: worseBelow(0.5, 0) },
    { left: budget },
  ),
  stat(
    'Burn rate',
    'How fast the error budget was spent in the last hour: at 1 it lasts 30 days, at 14.4 two days.',
    { unit: 'short', colors: worseFrom(1, 14.4) },
    { '1h': burnRate('1h', service) },
  ),
  stat('Failed events', 'Share of events that failed in the last five minutes.', 'percentunit', {
    failed: select(recordingNames.errorRatio('5m'), service),
  }),
  stat('Response time', '95 % of responses were faster than this in the last five minutes.', 's', {
    '95 %': select(recordingNames.responseTimeP95, service),
  }),
  stat(
    'Scraped',
    'Share of its pods that Prometheus can scrape.',
    { unit: 'percentunit', colors: wholeIsGood },
    { up: `avg(${select('up', service)})` },
  ),
];

const budgetPanels: readonly Panel[] = [
  timeSeries(
    'Error budget left',
    'Remaining share of the failed events that the objective allows in 30 days.',
    { unit: 'percentunit', signed: true },
    { left: budget },
  ),
  timeSeries(
    'Burn rate',
    'How fast the error budget is spent, by the window over which it is measured.',
    'short',
    Object.fromEntries(sliWindows.map((window: SliWindow) => [window, burnRate(window, service)])),
  ),
];

/** Traffic, errors and latency of the selected service. */
function trafficPanels(contracts: readonly ServiceContract[]): Panel[] {
  return [
    timeSeries(
      'Traffic',
      'Events per second by outcome: requests, connections or stream starts, depending on the service.',
      { unit: 'reqps', stacked: true },
      joinQueries(contracts, ({ metrics }) => eventsByOutcome(metrics.indicator)),
    ),
    timeSeries(
      'Errors',
      'Share of failed events by pod. One failing pod has a problem of its own. If all fail, it is the release or a store.',
      'percentunit',
      joinQueries(contracts, ({ metrics }) => ({
        '{{pod}}': share(`(${badEventsByPod(metrics.indicator)})`, `(${eventsByPod(metrics.indicator)})`),
      })),
    ),
    timeSeries(
      'Latency',
      'Response time: half of the responses are faster than the median, 1 % are slower than the 99 % line.',
      's',
      joinQueries(contracts, ({ metrics }) => quantiles(metrics.responseTime.histogram)),
    ),
  ];
}

/** Traffic and latency by pod, and the gauges of the service. */
function podPanels(contracts: readonly ServiceContract[]): Panel[] {
  return [
    timeSeries(
      'Traffic by pod',
      'Events per second. If pods differ a lot, the load is badly balanced.',
      'reqps',
      joinQueries(contracts, ({ metrics }) => ({ '{{pod}}': eventsByPod(metrics.indicator) })),
    ),
    timeSeries(
      'Latency by pod',
      '95 % of the responses of a pod were faster than this.',
      's',
      joinQueries(contracts, ({ metrics }) => ({
        '{{pod}}': quantile(0.95, metrics.responseTime.histogram, pods, 'pod'),
      })),
    ),
    ...gauges(contracts),
  ];
}

function quantiles(histogram: string): Queries {
  const of = (share: number) => quantile(share, histogram, pods);
  return { median: of(0.5), '95 %': of(0.95), '99 %': of(0.99) };
}

/** One panel for all gauges. No panel without gauges. */
function gauges(contracts: readonly ServiceContract[]): Panel[] {
  const named = contracts
    .flatMap(({ metrics }) => Object.entries(metrics.exports))
    .filter(([, { type }]) => type === 'gauge');
  if (named.length === 0) return [];
  return [
    timeSeries(
      'Gauges',
      named.map(([name, { help }]) => `${name}: ${help}`).join('\n\n'),
      'short',
      Object.fromEntries(named.map(([name]) => [`${name} {{pod}}`, `sum by (pod) (${select(name, pods)})`])),
    ),
  ];
}

/**
 * Joins the queries of all contracts for one panel.
 * Queries with the same legend are joined by `or`: only the selected service has series.
 */
function joinQueries(contracts: readonly ServiceContract[], queries: (contract: ServiceContract) => Queries): Queries {
  const alternatives = new Map<string, Set<string>>();
  for (const [legend, query] of contracts.flatMap((contract) => Object.entries(queries(contract)))) {
    alternatives.set(legend, (alternatives.get(legend) ?? new Set()).add(query));
  }
  return Object.fromEntries([...alternatives].map(([legend, queries]) => [legend, [...queries].join(' or ')]));
}

const deployment = inEnvironment(scrapeJobs.kubeStateMetrics, { deployment: is('$service') });
const autoscaler = inEnvironment(scrapeJobs.kubeStateMetrics, { horizontalpodautoscaler: is('$service') });
const readyPods = inEnvironment(scrapeJobs.kubeStateMetrics, { pod: matches('$pod'), condition: is('true') });

const replicaPanels: readonly Panel[] = [
  timeSeries(
    'Replicas',
    'If fewer are available than desired, pods fail to start or to become ready. At the maximum the service cannot scale out.',
    'short',
    {
      desired: select('kube_deployment_spec_replicas', deployment),
      available: select('kube_deployment_status_replicas_available', deployment),
      minimum: select('kube_horizontalpodautoscaler_spec_min_replicas', autoscaler),
      maximum: select('kube_horizontalpodautoscaler_spec_max_replicas', autoscaler),
    },
  ),
  timeSeries('Ready', 'Whether a pod passes its readiness probe. A pod that fails it gets no traffic.', yesOrNo, {
    '{{pod}}': select('kube_pod_status_ready', readyPods),
  }),
  restarts('$pod'),
];

import type { ServiceContract } from '../../../platform/service-contract';
import { is, type Matchers, matches, oneOf, select } from '../rules/promql';
import type { MonitoredService, RuleContext } from '../rules/rule';
import { recordingNames, sliWindows } from '../rules/service-slo';
import { scrapeJobs } from '../scrape-endpoints';
import { makeContainerPanels, makeRestartsPanel } from './container-panels';
import {
  type DashboardDefinition,
  makeDeployMarks,
  makeMultiValueVariable,
  makeSingleValueVariable,
} from './dashboard';
import { makeLogRows, makeLogsVariables } from './log-panels';
import { allIsGood, type Panel, stat, timeSeries, yesOrNo } from './panels';
import { inEnvironment, type Queries, quantile, share } from './queries';
import {
  makeBudgetPanels,
  makeBurnRateStat,
  makeFailedEventsStat,
  queryBurnRate,
  queryEventsByOutcome,
  queryEventsByPod,
  queryFailedEventsByPod,
} from './service-levels';

/** Series of the selected service. */
const service: Matchers = inEnvironment('$service');

/** Series of the selected pods of the service. */
const pods: Matchers = { ...service, pod: matches('$pod') };

/** A dashboard for any of the services, derived from their contracts. */
export function makeServiceDashboard({
  services,
  logs,
  servers,
}: Pick<RuleContext, 'services' | 'logs' | 'servers'>): DashboardDefinition {
  const contracts = services.map(({ contract }) => contract);
  const workloads = services.map(({ workload }) => workload);
  return {
    uid: 'service-overview',
    title: 'Service',
    description: describeDashboard(services),
    environmentOf: workloads,
    variables: [
      makeSingleValueVariable({
        name: 'service',
        label: 'Service',
        description: 'Workload name of the service.',
        query: `label_values(${select('up', { job: oneOf(workloads), namespace: is('$environment') })}, job)`,
      }),
      makeMultiValueVariable({
        name: 'pod',
        label: 'Pod',
        description: 'The pods of the service.',
        query: `label_values(${select('up', service)}, pod)`,
      }),
      ...makeLogsVariables({ logs, servers }),
    ],
    annotations: [makeDeployMarks(services)],
    rows: {
      'Service level': levelPanels,
      'Traffic, errors, latency': makeTrafficPanels(contracts),
      'By pod': makePodPanels(contracts),
      Saturation: makeContainerPanels('$pod', servers),
      Replicas: replicaPanels,
      'Error budget': spendingPanels,
      ...makeLogRows(logs, { app: is('$service'), pods: '$pod' }),
    },
  };
}

function describeDashboard(services: readonly MonitoredService[]): string {
  const assumed = services.flatMap(({ contract }) =>
    Object.entries(contract.metrics.exports).flatMap(([name, metric]) => (metric.assumed ? [name] : [])),
  );
  const text = 'One service: its service level, and how close its pods are to their limits.';
  return assumed.length === 0 ? text : `${text} The contract assumes that its image exports: ${assumed.join(', ')}.`;
}

const budget = makeBudgetPanels(service, 'left');

const levelPanels: readonly Panel[] = [
  stat('Objective', 'Share of events that have to succeed, over 30 days.', 'percentunit', {
    objective: select(recordingNames.objective, service),
  }),
  budget.now,
  makeBurnRateStat(service, '1h'),
  makeFailedEventsStat(service, 'failed'),
  stat('Response time', '95 % of responses were faster than this in the last five minutes.', 's', {
    '95 %': select(recordingNames.responseTimeP95, service),
  }),
  stat('Scraped', 'Share of its pods that Prometheus can scrape.', allIsGood, { up: `avg(${select('up', service)})` }),
];

const spendingPanels: readonly Panel[] = [
  budget.overTime,
  timeSeries(
    'Burn rate',
    'How fast the error budget is spent, by the window over which it is measured.',
    'short',
    Object.fromEntries(sliWindows.map((window) => [window, queryBurnRate(window, service)])),
  ),
];

/** Traffic, errors and latency of the selected service. */
function makeTrafficPanels(contracts: readonly ServiceContract[]): Panel[] {
  return [
    timeSeries(
      'Traffic',
      'Events per second by outcome: requests, connections or stream starts, depending on the service.',
      { unit: 'reqps', stacked: true },
      joinQueries(contracts, ({ metrics }) => queryEventsByOutcome(metrics.indicator, pods)),
    ),
    timeSeries(
      'Errors',
      'Share of failed events by pod. One failing pod has a problem of its own. If all fail, it is the release or a store.',
      'percentunit',
      joinQueries(contracts, ({ metrics }) => ({
        '{{pod}}': share(
          `(${queryFailedEventsByPod(metrics.indicator, pods)})`,
          `(${queryEventsByPod(metrics.indicator, pods)})`,
        ),
      })),
    ),
    timeSeries(
      'Latency',
      'Response time: half of the responses are faster than the median, 1 % are slower than the 99 % line.',
      's',
      joinQueries(contracts, ({ metrics }) => queryQuantiles(metrics.responseTime.histogram)),
    ),
  ];
}

/** Traffic and latency by pod, and the gauges of the service. */
function makePodPanels(contracts: readonly ServiceContract[]): Panel[] {
  return [
    timeSeries(
      'Traffic by pod',
      'Events per second. If pods differ a lot, the load is badly balanced.',
      'reqps',
      joinQueries(contracts, ({ metrics }) => ({ '{{pod}}': queryEventsByPod(metrics.indicator, pods) })),
    ),
    timeSeries(
      'Latency by pod',
      '95 % of the responses of a pod were faster than this.',
      's',
      joinQueries(contracts, ({ metrics }) => ({
        '{{pod}}': quantile(0.95, metrics.responseTime.histogram, pods, 'pod'),
      })),
    ),
    ...makeGaugePanels(contracts),
  ];
}

function queryQuantiles(histogram: string): Queries {
  const of = (share: number) => quantile(share, histogram, pods);
  return { median: of(0.5), '95 %': of(0.95), '99 %': of(0.99) };
}

/** One panel for all gauges. No panel without gauges. */
function makeGaugePanels(contracts: readonly ServiceContract[]): Panel[] {
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
  makeRestartsPanel('$pod'),
];

import { is, type Matcher, type Matchers, oneOf, select } from '../rules/promql';
import type { RuleContext } from '../rules/rule';
import { recordingNames } from '../rules/service-slo';
import { scrapeJobs } from '../scrape-endpoints';
import { makeVolumesPanel, matchContainers, selectLimits } from './container-panels';
import { type DashboardDefinition, makeDeployMarks, type Rows } from './dashboard';
import { hostPanels, hosts, makeGatewayRows } from './edge-panels';
import { errorsByAppPanels } from './log-panels';
import { limitedShare, noneIsGood, type Panel, stat, timeSeries, worseBelow, worseFrom } from './panels';
import { connectionShare } from './postgres-dashboard';
import { inEnvironment, rate, share } from './queries';
import { memoryShare } from './redis-dashboard';
import { makeBudgetPanels, makeBurnRateStat, makeFailedEventsStat, queryBurnRate } from './service-levels';

/** Overview of the platform: alerts, service levels, and how close it is to its limits. */
export function makePlatformDashboard(
  input: Pick<RuleContext, 'services' | 'database' | 'cache' | 'logs' | 'servers' | 'gateway'>,
): DashboardDefinition {
  // A Prometheus that others share has their alerts and targets too.
  const alerts: Matchers = input.servers.kind === 'own' ? {} : services;
  return {
    uid: 'platform-overview',
    title: 'Platform overview',
    description: 'Service levels of the platform, and how close it is to its limits.',
    environmentOf: input.services.map(({ workload }) => workload),
    variables: [],
    annotations: [makeDeployMarks(input.services)],
    rows: {
      'Firing alerts': firingPanels(alerts),
      Problems: problemPanels(alerts),
      'Service levels': levelPanels,
      'Traffic, errors, latency': signalPanels,
      'Error budgets and alerts': budgetAndAlertPanels(alerts),
      'Saturation of the services': makeSaturationPanels(input),
      ...makeStoreRows(input),
      ...(input.logs === 'collected' ? { Logs: errorsByAppPanels } : {}),
      'Public hosts': hostPanels,
      ...makeGatewayRows(input.gateway),
    },
  };
}

const services = { namespace: is('$environment') };

/** Series of firing alerts. */
const firing = (severity: Matcher, own: Matchers) => select('ALERTS', { alertstate: is('firing'), severity, ...own });

/** What reaches a person. */
const anySeverity = oneOf(['critical', 'warning']);

const firingPanels = (own: Matchers): Panel[] => [
  stat(
    'Alerts',
    'Firing alerts by name, and the number of each. Each has a runbook with its name.',
    { ...noneIsGood, named: true, none: 'No alert is firing' },
    {
      '{{alertname}} ({{severity}})': `count by (alertname, severity) (${firing(anySeverity, own)})`,
    },
  ),
];

const problemPanels = (own: Matchers): Panel[] => [
  stat('Critical alerts', 'Firing alerts of severity critical. They page.', noneIsGood, {
    alerts: countFiring('critical', own),
  }),
  stat(
    'Warnings',
    'Firing alerts of severity warning. They can wait until the next working day.',
    worseFrom(1, 10, 'short'),
    { alerts: countFiring('warning', own) },
  ),
  stat('Targets down', 'Scrape targets of all jobs that do not respond.', noneIsGood, {
    targets: `sum(1 - ${Object.keys(own).length === 0 ? 'up' : select('up', own)})`,
  }),
  stat('Replicas missing', 'Pods of the services that should be available and are not.', noneIsGood, {
    pods: `sum(${select('kube_deployment_status_replicas_unavailable', inEnvironment(scrapeJobs.kubeStateMetrics))})`,
  }),
  stat('Hosts unreachable', 'Public hosts whose probe fails.', noneIsGood, {
    hosts: `sum(1 - ${select('probe_success', hosts)})`,
  }),
  stat(
    'Next certificate expiry',
    'Time until the next certificate of a public host expires. Certificates are renewed 30 days before expiry.',
    worseBelow(21 * 86_400, 7 * 86_400, 's'),
    { left: `min(${select('probe_ssl_earliest_cert_expiry', hosts)}) - time()` },
  ),
];

const budget = makeBudgetPanels(services, '{{job}}');

const levelPanels: readonly Panel[] = [
  budget.now,
  makeBurnRateStat(services, '{{job}}'),
  makeFailedEventsStat(services, '{{job}}'),
  stat('Objectives', 'Share of events that have to succeed, over 30 days.', 'percentunit', {
    '{{job}}': select(recordingNames.objective, services),
  }),
];

function countFiring(severity: string, own: Matchers): string {
  return `count(${firing(is(severity), own)}) or vector(0)`;
}

const signalPanels: readonly Panel[] = [
  timeSeries(
    'Traffic',
    'Events per second: requests, connections or stream starts, depending on the service.',
    'reqps',
    { '{{job}}': select(recordingNames.events('5m'), services) },
  ),
  timeSeries('Errors', 'Share of events that failed or were too slow.', 'percentunit', {
    '{{job}}': select(recordingNames.errorRatio('5m'), services),
  }),
  timeSeries('Latency', '95 % of responses were faster than this.', 's', {
    '{{job}}': select(recordingNames.responseTimeP95, services),
  }),
];

const budgetAndAlertPanels = (own: Matchers): Panel[] => [
  budget.overTime,
  timeSeries(
    'Burn rate',
    'How fast the error budget is spent, measured over an hour. Above 14.4 an alert pages.',
    'short',
    { '{{job}}': queryBurnRate('1h', services) },
  ),
  timeSeries(
    'Alerts',
    'Firing alerts.',
    { unit: 'short', stacked: true },
    {
      '{{alertname}}': `count by (alertname) (${firing(anySeverity, own)})`,
    },
  ),
];

/** Usage of the services' limits. A service's container has the name of its contract. */
function makeSaturationPanels({ services, servers }: Pick<RuleContext, 'services' | 'servers'>): Panel[] {
  const container = oneOf(services.map(({ contract }) => contract.name));
  const used = matchContainers(servers, { container });
  const sumByContainer = (series: string) => `sum by (container) (${series})`;
  const limit = (resource: string) => sumByContainer(selectLimits(resource, { container }));
  return [
    timeSeries('CPU of limit', 'CPU time that the pods of a service use, as a share of their limits.', 'percentunit', {
      '{{container}}': share(`sum by (container) (${rate('container_cpu_usage_seconds_total', used)})`, limit('cpu')),
    }),
    timeSeries('Memory of limit', 'Working set of the pods of a service, as a share of their limits.', limitedShare, {
      '{{container}}': share(sumByContainer(select('container_memory_working_set_bytes', used)), limit('memory')),
    }),
    replicas,
  ];
}

const autoscalers = inEnvironment(scrapeJobs.kubeStateMetrics);

const replicas = timeSeries(
  'Replicas of maximum',
  'Replicas of a service as a share of its maximum. At 100 % it cannot scale out further.',
  limitedShare,
  {
    '{{horizontalpodautoscaler}}': share(
      select('kube_horizontalpodautoscaler_status_current_replicas', autoscalers),
      select('kube_horizontalpodautoscaler_spec_max_replicas', autoscalers),
    ),
  },
);

/** Usage of the in-cluster stores' limits. No row without such a store. */
function makeStoreRows({ database, cache }: Pick<RuleContext, 'database' | 'cache'>): Rows {
  const panels = [...(database.kind === 'managed' ? [] : [connections]), ...(cache.kind === 'managed' ? [] : [memory])];
  return panels.length === 0 ? {} : { 'Saturation of the stores': [...panels, makeVolumesPanel('.+')] };
}

const connections = timeSeries(
  'Database connections of limit',
  'Open connections, as a share of those available to services. At 100 % services cannot connect.',
  limitedShare,
  { PostgreSQL: connectionShare },
);

const memory = timeSeries(
  'Cache memory of maximum',
  'Memory in use, as a share of maxmemory. At 100 % keys are evicted or writes are rejected.',
  limitedShare,
  { Redis: memoryShare },
);

import type { RuleContext } from '../rules/rule';
import { is, type Matchers, oneOf, select } from '../rules/selector';
import { recordingNames } from '../rules/service-slo';
import { scrapeJobs } from '../scrape-endpoints';
import { ofContainers, volumes } from './container-panels';
import { type DashboardDefinition, deployMarks, type Row } from './dashboard';
import { gatewayRows } from './gateway-panels';
import { errorsByAppRow } from './log-panels';
import { noneIsGood, type Panel, stat, timeSeries, worseBelow, worseFrom } from './panels';
import { connectionShare } from './postgres-dashboard';
import { burnRate, inEnvironment, rate, share } from './queries';
import { memoryShare } from './redis-dashboard';

/** Overview of the platform: alerts, service levels, and how close it is to its limits. */
export function platformDashboard(
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
    annotations: [deployMarks(input.services)],
    rows: [
      firingRow(alerts),
      problemsRow(alerts),
      levelRow,
      signalRow,
      budgetRow(alerts),
      saturationRow(input),
      ...storeRows(input),
      ...(input.logs === 'collected' ? [errorsByAppRow] : []),
      edgeRow,
      ...gatewayRows(input.gateway),
    ],
  };
}

const hosts = inEnvironment(scrapeJobs.blackbox);
const services = { namespace: is('$environment') };

const firingRow = (own: Matchers): Row => ({
  title: 'Firing alerts',
  panels: [
    stat('Alerts', 'Firing alerts by name, and the number of each. Each has a runbook with its name.', {
      unit: 'short',
      queries: {
        '{{alertname}} ({{severity}})': `count by (alertname, severity) (${select('ALERTS', { alertstate: is('firing'), severity: oneOf(['critical', 'warning']), ...own })})`,
      },
      colors: noneIsGood,
      named: true,
      none: 'No alert is firing',
    }),
  ],
});

const problemsRow = (own: Matchers): Row => ({
  title: 'Problems',
  panels: [
    stat('Critical alerts', 'Firing alerts of severity critical. They page.', {
      unit: 'short',
      queries: { alerts: firing('critical', own) },
      colors: noneIsGood,
    }),
    stat('Warnings', 'Firing alerts of severity warning. They can wait until the next working day.', {
      unit: 'short',
      queries: { alerts: firing('warning', own) },
      colors: worseFrom(1, 10),
    }),
    stat('Targets down', 'Scrape targets of all jobs that do not respond.', {
      unit: 'short',
      queries: { targets: `sum(1 - ${Object.keys(own).length === 0 ? 'up' : select('up', own)})` },
      colors: noneIsGood,
    }),
    stat('Replicas missing', 'Pods of the services that should be available and are not.', {
      unit: 'short',
      queries: {
        pods: `sum(${select('kube_deployment_status_replicas_unavailable', inEnvironment(scrapeJobs.kubeStateMetrics))})`,
      },
      colors: noneIsGood,
    }),
    stat('Hosts unreachable', 'Public hosts whose probe fails.', {
      unit: 'short',
      queries: { hosts: `sum(1 - ${select('probe_success', hosts)})` },
      colors: noneIsGood,
    }),
    stat(
      'Next certificate expiry',
      'Time until the next certificate of a public host expires. Certificates are renewed 30 days before expiry.',
      {
        unit: 's',
        queries: { left: `min(${select('probe_ssl_earliest_cert_expiry', hosts)}) - time()` },
        colors: worseBelow(21 * 86_400, 7 * 86_400),
      },
    ),
  ],
});

const levelRow: Row = {
  title: 'Service levels',
  panels: [
    stat(
      'Error budget left',
      'Remaining share of the failed events that the objective allows in 30 days. Below 0 the objective was ' +
        'missed.',
      {
        unit: 'percentunit',
        queries: { '{{job}}': select(recordingNames.budgetRemaining, services) },
        colors: worseBelow(0.5, 0),
      },
    ),
    stat(
      'Burn rate',
      'How fast the error budget was spent in the last hour: at 1 it lasts 30 days, at 14.4 two days.',
      { unit: 'short', queries: { '{{job}}': burnRate('1h', services) }, colors: worseFrom(1, 14.4) },
    ),
    stat('Failed events', 'Share of events that failed in the last five minutes.', {
      unit: 'percentunit',
      queries: { '{{job}}': select(recordingNames.errorRatio('5m'), services) },
    }),
    stat('Objectives', 'Share of events that have to succeed, over 30 days.', {
      unit: 'percentunit',
      queries: { '{{job}}': select(recordingNames.objective, services) },
    }),
  ],
};

function firing(severity: string, own: Matchers): string {
  return `count(${select('ALERTS', { alertstate: is('firing'), severity: is(severity), ...own })}) or vector(0)`;
}

const signalRow: Row = {
  title: 'Traffic, errors, latency',
  panels: [
    timeSeries('Traffic', 'Events per second: requests, connections or stream starts, depending on the service.', {
      unit: 'reqps',
      queries: { '{{job}}': select(recordingNames.events('5m'), services) },
    }),
    timeSeries('Errors', 'Share of events that failed or were too slow.', {
      unit: 'percentunit',
      queries: { '{{job}}': select(recordingNames.errorRatio('5m'), services) },
    }),
    timeSeries('Latency', '95 % of responses were faster than this.', {
      unit: 's',
      queries: { '{{job}}': select(recordingNames.responseTimeP95, services) },
    }),
  ],
};

const budgetRow = (own: Matchers): Row => ({
  title: 'Error budgets and alerts',
  panels: [
    timeSeries('Error budget left', 'Remaining share of the failed events that the objective allows in 30 days.', {
      unit: 'percentunit',
      signed: true,
      queries: { '{{job}}': select(recordingNames.budgetRemaining, services) },
    }),
    timeSeries('Burn rate', 'How fast the error budget is spent, measured over an hour. Above 14.4 an alert pages.', {
      unit: 'short',
      queries: { '{{job}}': burnRate('1h', services) },
    }),
    timeSeries('Alerts', 'Firing alerts.', {
      unit: 'short',
      stacked: true,
      queries: {
        '{{alertname}}': `count by (alertname) (${select('ALERTS', { alertstate: is('firing'), severity: oneOf(['critical', 'warning']), ...own })})`,
      },
    }),
  ],
});

/** Usage of the services' limits. A service's container has the name of its contract. */
function saturationRow({ services, servers }: Pick<RuleContext, 'services' | 'servers'>): Row {
  const container = oneOf(services.map(({ contract }) => contract.name));
  const used = ofContainers(servers, { container });
  const limit = (resource: string) => {
    const limits = inEnvironment(scrapeJobs.kubeStateMetrics, { container, resource: is(resource) });
    return `sum by (container) (${select('kube_pod_container_resource_limits', limits)})`;
  };
  return {
    title: 'Saturation of the services',
    panels: [
      timeSeries('CPU of limit', 'CPU time that the pods of a service use, as a share of their limits.', {
        unit: 'percentunit',
        queries: {
          '{{container}}': share(
            `sum by (container) (${rate('container_cpu_usage_seconds_total', used)})`,
            limit('cpu'),
          ),
        },
      }),
      timeSeries('Memory of limit', 'Working set of the pods of a service, as a share of their limits.', {
        unit: 'percentunit',
        max: 1,
        queries: {
          '{{container}}': share(
            `sum by (container) (${select('container_memory_working_set_bytes', used)})`,
            limit('memory'),
          ),
        },
      }),
      replicas(),
    ],
  };
}

function replicas(): Panel {
  const autoscalers = inEnvironment(scrapeJobs.kubeStateMetrics);
  return timeSeries(
    'Replicas of maximum',
    'Replicas of a service as a share of its maximum. At 100 % it cannot scale out further.',
    {
      unit: 'percentunit',
      max: 1,
      queries: {
        '{{horizontalpodautoscaler}}': share(
          select('kube_horizontalpodautoscaler_status_current_replicas', autoscalers),
          select('kube_horizontalpodautoscaler_spec_max_replicas', autoscalers),
        ),
      },
    },
  );
}

const edgeRow: Row = {
  title: 'Public hosts',
  panels: [
    timeSeries('Reachable', 'Whether a host responds over HTTPS with a valid certificate and a status of 2xx.', {
      unit: 'bool_yes_no',
      max: 1,
      queries: { '{{host}}': select('probe_success', hosts) },
    }),
    timeSeries('Probe duration', 'Time for name resolution, connection, TLS handshake and response.', {
      unit: 's',
      queries: { '{{host}}': select('probe_duration_seconds', hosts) },
    }),
    timeSeries('Certificates', 'Time until a certificate expires.', {
      unit: 's',
      signed: true,
      queries: { '{{host}}': `${select('probe_ssl_earliest_cert_expiry', hosts)} - time()` },
    }),
  ],
};

/** Usage of the in-cluster stores' limits. No row without such a store. */
function storeRows({ database, cache }: Pick<RuleContext, 'database' | 'cache'>): Row[] {
  const panels = [
    ...(database.kind !== 'managed' ? [connections()] : []),
    ...(cache.kind === 'managed' ? [] : [memory()]),
  ];
  return panels.length === 0 ? [] : [{ title: 'Saturation of the stores', panels: [...panels, volumes('.+')] }];
}

function connections() {
  return timeSeries(
    'Database connections of limit',
    'Open connections, as a share of those available to services. At 100 % services cannot connect.',
    { unit: 'percentunit', max: 1, queries: { PostgreSQL: connectionShare } },
  );
}

function memory() {
  return timeSeries(
    'Cache memory of maximum',
    'Memory in use, as a share of maxmemory. At 100 % keys are evicted or writes are rejected.',
    { unit: 'percentunit', max: 1, queries: { Redis: memoryShare } },
  );
}

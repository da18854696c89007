import { scrapeJobs } from '../scrape-endpoints';

/** An inhibition rule of Alertmanager: a firing source mutes the targets with the same values of `equal`. */
export interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/** Alerts that all services raise while the database is down: they fail, and none of their pods is ready. */
const databaseSymptoms = [
  'ErrorBudgetBurn',
  'HighErrorRate',
  'HighResponseTime',
  'HostUnreachable',
  'NoTraffic',
  'ServiceDown',
  'PodCrashLooping',
  'ReplicasMissing',
  'RolloutStuck',
  'DatabaseConnectionsHigh',
];

/** Alerts on services that a restore has paused. No alert on the database itself is among them. */
const restoreSymptoms = [
  'ErrorBudgetBurn',
  'HighErrorRate',
  'HostUnreachable',
  'NoTraffic',
  'ServiceDown',
  'TargetsMissing',
];

/** Warnings about workloads that follow from a lost node. Their pages are not muted: they mean more than a lost node. */
const nodeSymptoms = [
  'ReplicasMissing',
  'RolloutStuck',
  'TargetsMissing',
  'AlertmanagerClusterSplit',
  'PrometheusNotificationsFailing',
];

/** Labels that distinguish alerts of one name, for alerts that exist as warning and as page. */
const identity = ['environment', 'alertname', 'namespace', 'job', 'host', 'persistentvolumeclaim'];

/** An alert on a cause mutes alerts on its consequences, so that one problem is one message. */
export const inhibitions: readonly Inhibition[] = [
  { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: identity },
  inhibit(['alertname="DatabaseDown"'], [matchAlerts(databaseSymptoms)]),
  inhibit(
    ['alertname="DatabaseDown"'],
    [matchAlerts(['TargetDown', 'TargetsMissing']), `job="${scrapeJobs.postgres}"`],
  ),
  inhibit(
    ['alertname="ServiceDown"', 'severity="critical"'],
    [matchAlerts(['ErrorBudgetBurn', 'HighErrorRate', 'HighResponseTime', 'NoTraffic', 'TargetsMissing'])],
    'job',
  ),
  inhibit(['alertname="TargetsMissing"', 'severity="critical"'], ['alertname="NoTraffic"'], 'job'),
  inhibit(['alertname="ErrorBudgetBurn"', 'severity="critical"'], ['alertname="HighErrorRate"'], 'job'),
  inhibit(
    ['alertname="RestoreInProgress"'],
    [matchAlerts(restoreSymptoms), `job!~"${scrapeJobs.postgres}|${scrapeJobs.redis}"`],
  ),
  inhibit(['alertname="HostUnreachable"'], ['alertname="NoTraffic"']),
  inhibit(
    ['alertname="VolumeFilling"', 'severity="critical"'],
    ['alertname="VolumeFullSoon"'],
    'persistentvolumeclaim',
  ),
  inhibit(['alertname="LokiDown"'], [matchAlerts(['TargetDown', 'TargetsMissing']), `job="${scrapeJobs.loki}"`]),
  inhibit(['alertname="LokiDown"'], ['alertname="LogBufferGrowing"']),
  inhibit(['alertname="NodeDown"'], [matchAlerts(['TargetDown', 'ServiceDown']), 'severity="warning"'], 'node'),
  // kube-state-metrics exports other pods, so its own node is not among its labels.
  inhibit(['alertname="NodeDown"'], ['alertname="TargetDown"', 'node=""']),
  inhibit(['alertname="NodeDown"'], [matchAlerts(nodeSymptoms), 'severity="warning"']),
];

function inhibit(source: readonly string[], target: readonly string[], ...equal: readonly string[]): Inhibition {
  return { source_matchers: source, target_matchers: target, equal: ['environment', ...equal] };
}

function matchAlerts(alerts: readonly string[]): string {
  return `alertname=~"${alerts.join('|')}"`;
}

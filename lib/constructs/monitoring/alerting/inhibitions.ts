import { scrapeJobs } from '../scrape-endpoints';

/** A rule of Alertmanager: while the source is on, the targets that have the same values of `equal` are muted. */
export interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/** What all services show while the database is down: they fail, and none of their pods is ready for a request. */
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

/** What services show that a restore has stopped. No alert that means the database itself is among them. */
const restoreSymptoms = [
  'ErrorBudgetBurn',
  'HighErrorRate',
  'HostUnreachable',
  'NoTraffic',
  'ServiceDown',
  'TargetsMissing',
];

/** What a lost node does to workloads as a whole. Those of their alerts that page say more than that a node is lost. */
const nodeSymptoms = [
  'ReplicasMissing',
  'RolloutStuck',
  'TargetsMissing',
  'AlertmanagerClusterSplit',
  'PrometheusNotificationsFailing',
];

/** Labels that tell the alerts of one name apart, of those that both warn and page. */
const identity = ['environment', 'alertname', 'namespace', 'job', 'host', 'persistentvolumeclaim'];

/** One fault is one message: an alert on a cause mutes those on what follows from it. */
export const inhibitions: readonly Inhibition[] = [
  { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: identity },
  mutes(['alertname="DatabaseDown"'], [named(databaseSymptoms)]),
  mutes(['alertname="DatabaseDown"'], [named(['TargetDown', 'TargetsMissing']), `job="${scrapeJobs.postgres}"`]),
  mutes(
    ['alertname="ServiceDown"', 'severity="critical"'],
    [named(['ErrorBudgetBurn', 'HighErrorRate', 'HighResponseTime', 'NoTraffic', 'TargetsMissing'])],
    'job',
  ),
  mutes(['alertname="TargetsMissing"', 'severity="critical"'], ['alertname="NoTraffic"'], 'job'),
  mutes(['alertname="ErrorBudgetBurn"', 'severity="critical"'], ['alertname="HighErrorRate"'], 'job'),
  mutes(
    ['alertname="RestoreInProgress"'],
    [named(restoreSymptoms), `job!~"${scrapeJobs.postgres}|${scrapeJobs.redis}"`],
  ),
  mutes(['alertname="HostUnreachable"'], ['alertname="NoTraffic"']),
  mutes(['alertname="VolumeFilling"', 'severity="critical"'], ['alertname="VolumeFullSoon"'], 'persistentvolumeclaim'),
  mutes(['alertname="NodeDown"'], [named(['TargetDown', 'ServiceDown']), 'severity="warning"'], 'node'),
  // kube-state-metrics speaks of other pods, so its own node is not among its labels.
  mutes(['alertname="NodeDown"'], ['alertname="TargetDown"', 'node=""']),
  mutes(['alertname="NodeDown"'], [named(nodeSymptoms), 'severity="warning"']),
];

function mutes(source: readonly string[], target: readonly string[], ...equal: readonly string[]): Inhibition {
  return { source_matchers: source, target_matchers: target, equal: ['environment', ...equal] };
}

function named(alerts: readonly string[]): string {
  return `alertname=~"${alerts.join('|')}"`;
}

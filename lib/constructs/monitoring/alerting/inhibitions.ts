import { is, type Matchers, noneOf, oneOf } from '../rules/promql';
import { scrapeJobs } from '../scrape-endpoints';

/** A firing source mutes the targets with the same values of `equal`. */
export interface Inhibition {
  readonly source: Matchers;
  readonly target: Matchers;
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

const critical = { severity: is('critical') };
const warning = { severity: is('warning') };

/** An alert on a cause mutes alerts on its consequences, so that one problem is one message. */
export const inhibitions: readonly Inhibition[] = [
  { source: critical, target: warning, equal: identity },
  inhibit(matchAlert('DatabaseDown'), matchAlerts(databaseSymptoms)),
  inhibit(matchAlert('DatabaseDown'), {
    ...matchAlerts(['TargetDown', 'TargetsMissing']),
    job: is(scrapeJobs.postgres),
  }),
  inhibit(
    { ...matchAlert('ServiceDown'), ...critical },
    matchAlerts(['ErrorBudgetBurn', 'HighErrorRate', 'HighResponseTime', 'NoTraffic', 'TargetsMissing']),
    'job',
  ),
  inhibit({ ...matchAlert('TargetsMissing'), ...critical }, matchAlert('NoTraffic'), 'job'),
  inhibit({ ...matchAlert('ErrorBudgetBurn'), ...critical }, matchAlert('HighErrorRate'), 'job'),
  inhibit(matchAlert('RestoreInProgress'), {
    ...matchAlerts(restoreSymptoms),
    job: noneOf([scrapeJobs.postgres, scrapeJobs.redis]),
  }),
  inhibit(matchAlert('HostUnreachable'), matchAlert('NoTraffic')),
  inhibit({ ...matchAlert('VolumeFilling'), ...critical }, matchAlert('VolumeFullSoon'), 'persistentvolumeclaim'),
  inhibit(matchAlert('LokiDown'), { ...matchAlerts(['TargetDown', 'TargetsMissing']), job: is(scrapeJobs.loki) }),
  inhibit(matchAlert('LokiDown'), matchAlert('LogBufferGrowing')),
  inhibit(matchAlert('NodeDown'), { ...matchAlerts(['TargetDown', 'ServiceDown']), ...warning }, 'node'),
  // kube-state-metrics exports other pods, so its own node is not among its labels.
  inhibit(matchAlert('NodeDown'), { ...matchAlert('TargetDown'), node: is('') }),
  inhibit(matchAlert('NodeDown'), { ...matchAlerts(nodeSymptoms), ...warning }),
];

function inhibit(source: Matchers, target: Matchers, ...equal: readonly string[]): Inhibition {
  return { source, target, equal: ['environment', ...equal] };
}

function matchAlert(name: string): Matchers {
  return { alertname: is(name) };
}

function matchAlerts(names: readonly string[]): Matchers {
  return { alertname: oneOf(names) };
}

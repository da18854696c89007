import { scrapeJobs } from '../scrape-endpoints';
import { type AlertingRule, alertingRule, type RuleContext, type RuleGroup } from './rule';
import { is, type Matchers, select } from './selector';

/** Alerts on Alertmanager. */
export function alertmanagerGroup(input: RuleContext): RuleGroup {
  const self = { job: is(scrapeJobs.alertmanager), namespace: is(input.monitoringNamespace) };
  return {
    name: 'alertmanager',
    rules: [configReloadFailed(input, self), notificationsFailing(input, self), clusterSplit(input, self)],
  };
}

function configReloadFailed(input: RuleContext, self: Matchers): AlertingRule {
  return alertingRule(input, {
    name: 'AlertmanagerConfigReloadFailed',
    severity: 'warning',
    for: '10m',
    expr: `max_over_time(${select('alertmanager_config_last_reload_successful', self)}[5m]) == 0`,
    summary: 'Alertmanager rejected its new configuration',
    description: '{{ $labels.pod }} still runs with the old configuration. It would not start with the new one.',
  });
}

/** It pages, because the failing receiver may be the pager, and other receivers still work. */
function notificationsFailing(input: RuleContext, self: Matchers): AlertingRule {
  const count = (metric: string) =>
    `sum by (namespace, job, integration) (rate(${select(`alertmanager_${metric}_total`, self)}[15m]))`;
  return alertingRule(input, {
    name: 'AlertmanagerNotificationsFailing',
    severity: 'critical',
    for: '5m',
    expr: `${count('notifications_failed')}
/
(${count('notifications')} > 0)
> 0.05`,
    summary: 'Notifications by {{ $labels.integration }} fail',
    description: '{{ $value | humanizePercentage }} of the notifications by {{ $labels.integration }} fail.',
  });
}

/** Replicas that are not connected to each other each send every notification. */
function clusterSplit(input: RuleContext, self: Matchers): AlertingRule {
  return alertingRule(input, {
    name: 'AlertmanagerClusterSplit',
    severity: 'warning',
    for: '15m',
    expr: `min by (namespace, job) (${select('alertmanager_cluster_members', self)})
<
count by (namespace, job) (${select('up', self)})`,
    summary: 'Alertmanager replicas are not connected to each other',
    description:
      'A replica of Alertmanager is connected to {{ $value | humanize }} replicas only, itself included: alerts ' +
      'arrive more than once.',
  });
}

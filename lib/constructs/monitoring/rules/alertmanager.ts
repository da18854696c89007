import { scrapeJobs } from '../scrape-endpoints';
import type { AlertGroup, RuleContext } from './rule';
import { is, select } from './selector';

/** Alerts on Alertmanager. */
export function alertmanagerGroup(input: RuleContext): AlertGroup {
  const self = { job: is(scrapeJobs.alertmanager), namespace: is(input.monitoringNamespace) };
  const count = (metric: string) =>
    `sum by (namespace, job, integration) (rate(${select(`alertmanager_${metric}_total`, self)}[15m]))`;
  return {
    name: 'alertmanager',
    alerts: [
      {
        name: 'AlertmanagerConfigReloadFailed',
        severity: 'warning',
        for: '10m',
        expr: `max_over_time(${select('alertmanager_config_last_reload_successful', self)}[5m]) == 0`,
        summary: 'Alertmanager rejected its new configuration',
        description: '{{ $labels.pod }} still runs with the old configuration. It would not start with the new one.',
      },
      // It pages, because the failing receiver may be the pager, and other receivers still work.
      {
        name: 'AlertmanagerNotificationsFailing',
        severity: 'critical',
        for: '5m',
        expr: `${count('notifications_failed')}
/
(${count('notifications')} > 0)
> 0.05`,
        summary: 'Notifications by {{ $labels.integration }} fail',
        description: '{{ $value | humanizePercentage }} of the notifications by {{ $labels.integration }} fail.',
      },
      // Replicas that are not connected to each other each send every notification.
      {
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
      },
    ],
  };
}

/** Always fires. An external dead man's switch raises the alarm when it stops. */
export const watchdogGroup: AlertGroup = {
  name: 'watchdog',
  alerts: [
    {
      name: 'Watchdog',
      severity: 'none',
      for: '0s',
      expr: 'vector(1)',
      summary: 'Alerting works',
      description: 'This alert always fires. If it stops, no alert is delivered.',
    },
  ],
};

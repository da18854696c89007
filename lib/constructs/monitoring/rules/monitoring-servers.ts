import { scrapeJobs } from '../scrape-endpoints';
import { is, isNot, select } from './promql';
import { type Alert, page, type RuleContext, warn } from './rule';

/** Alerts on Prometheus itself. */
export function makePrometheusAlerts(input: RuleContext): Alert[] {
  const self = { job: is(scrapeJobs.prometheus), namespace: is(input.monitoringNamespace) };
  const count = (name: string) =>
    `sum by (namespace, job, pod) (rate(${select(`prometheus_notifications_${name}_total`, self)}[5m]))`;
  return [
    warn('PrometheusConfigReloadFailed', '10m', {
      expr: `max_over_time(${select('prometheus_config_last_reload_successful', self)}[5m]) == 0`,
      summary: 'Prometheus rejected its new configuration',
      description: '{{ $labels.pod }} still runs with the old configuration. It would not start with the new one.',
    }),
    warn('PrometheusDiscoveryFailing', '15m', {
      expr: `increase(${select('prometheus_sd_kubernetes_failures_total', self)}[10m]) > 0`,
      summary: 'Prometheus cannot discover targets from the Kubernetes API',
      description: '{{ $value | humanize }} requests of {{ $labels.pod }} to the Kubernetes API failed in 10 minutes.',
    }),
    // It pages, because the alert of a failing rule cannot fire.
    page('PrometheusRulesFailing', '10m', {
      expr: `sum by (namespace, job, pod, rule_group) (
  increase(${select('prometheus_rule_evaluation_failures_total', self)}[5m])
) > 0`,
      summary: 'Prometheus cannot evaluate some of its rules',
      description:
        '{{ $labels.pod }} failed {{ $value | humanize }} times in 5 minutes to evaluate rules of group ' +
        '{{ $labels.rule_group }}.',
    }),
    warn('PrometheusNotificationsFailing', '15m', {
      expr: `${count('errors')}
/
(${count('sent')} > 0)
> 0.05`,
      summary: 'Prometheus cannot send its alerts to Alertmanager',
      description:
        '{{ $value | humanizePercentage }} of the alerts that {{ $labels.pod }} sends to Alertmanager do not arrive.',
    }),
    // It pages, at least through the other replica.
    page('PrometheusWithoutAlertmanager', '10m', {
      expr: `max_over_time(${select('prometheus_notifications_alertmanagers_discovered', self)}[5m]) == 0`,
      summary: 'Prometheus finds no Alertmanager',
      description: 'Alerts of {{ $labels.pod }} are not delivered: it finds no Alertmanager to send them to.',
    }),
  ];
}

/** When the newest sample was collected that a server has answered to, be it by a refusal: 0 before its first answer. */
const lastDelivery = 'prometheus_remote_storage_queue_highest_sent_timestamp_seconds';

const serverLabels = 'namespace, job, pod, remote_name';

/** Alerts on the samples that Prometheus sends to other servers. None pages: Prometheus itself has all samples. */
export function makeRemoteWriteAlerts(input: RuleContext): Alert[] {
  const self = { job: is(scrapeJobs.prometheus), namespace: is(input.monitoringNamespace) };
  const rate = (metric: string) =>
    `sum by (${serverLabels}) (rate(${select(`prometheus_remote_storage_samples_${metric}total`, self)}[5m]))`;
  const lost = { ...self, reason: isNot('dropped_series') };
  const dropped = select('prometheus_remote_storage_samples_dropped_total', lost);
  return [
    warn('PrometheusRemoteWriteStopped', '15m', {
      expr: `max by (${serverLabels}) (${select(lastDelivery, self)}) == 0`,
      summary: 'Prometheus cannot reach {{ $labels.remote_name }}',
      description: '{{ $labels.pod }} has delivered no samples to {{ $labels.remote_name }} since it started.',
    }),
    // The clock is compared with, not the newest sample: that metric has another name in newer releases.
    warn('PrometheusRemoteWriteBehind', '10m', {
      expr: `time() - (max by (${serverLabels}) (${select(lastDelivery, self)}) > 0) > 300`,
      summary: 'Samples reach {{ $labels.remote_name }} late',
      description:
        'What {{ $labels.pod }} delivered to {{ $labels.remote_name }} last is {{ $value | humanizeDuration }} old. ' +
        'After two hours samples begin to be lost there.',
    }),
    // What a server refuses for good is not sent again.
    warn('PrometheusRemoteWriteFailing', '15m', {
      expr: `${rate('failed_')}
/
(${rate('')} > 0)
> 0.01`,
      summary: '{{ $labels.remote_name }} refuses samples',
      description:
        '{{ $value | humanizePercentage }} of the samples that {{ $labels.pod }} sends to {{ $labels.remote_name }} ' +
        'are refused, and are lost there.',
    }),
    // A counter that does not exist before the first loss; what the environment leaves out is counted apart.
    warn('PrometheusRemoteWriteDropped', '0s', {
      expr: `sum by (${serverLabels}, reason) (
  (increase(${dropped}[15m]) > 0)
  or
  (${dropped} unless ${dropped} offset 15m)
) > 0`,
      summary: 'Prometheus leaves out samples for {{ $labels.remote_name }}',
      description:
        '{{ $labels.pod }} dropped {{ $value | humanize }} samples for {{ $labels.remote_name }} in 15 minutes: ' +
        '{{ $labels.reason }}.',
    }),
  ];
}

/** Alerts on Alertmanager. */
export function makeAlertmanagerAlerts(input: RuleContext): Alert[] {
  const self = { job: is(scrapeJobs.alertmanager), namespace: is(input.monitoringNamespace) };
  const count = (metric: string) =>
    `sum by (namespace, job, integration) (rate(${select(`alertmanager_${metric}_total`, self)}[15m]))`;
  return [
    warn('AlertmanagerConfigReloadFailed', '10m', {
      expr: `max_over_time(${select('alertmanager_config_last_reload_successful', self)}[5m]) == 0`,
      summary: 'Alertmanager rejected its new configuration',
      description: '{{ $labels.pod }} still runs with the old configuration. It would not start with the new one.',
    }),
    // It pages, because the failing receiver may be the pager, and other receivers still work.
    page('AlertmanagerNotificationsFailing', '5m', {
      expr: `${count('notifications_failed')}
/
(${count('notifications')} > 0)
> 0.05`,
      summary: 'Notifications by {{ $labels.integration }} fail',
      description: '{{ $value | humanizePercentage }} of the notifications by {{ $labels.integration }} fail.',
    }),
    // Replicas that are not connected to each other each send every notification.
    warn('AlertmanagerClusterSplit', '15m', {
      expr: `min by (namespace, job) (${select('alertmanager_cluster_members', self)})
<
count by (namespace, job) (${select('up', self)})`,
      summary: 'Alertmanager replicas are not connected to each other',
      description:
        'A replica of Alertmanager is connected to {{ $value | humanize }} replicas only, itself included: alerts ' +
        'arrive more than once.',
    }),
  ];
}

/** Always fires. An external dead man's switch raises the alarm when it stops. */
export const watchdog: readonly Alert[] = [
  {
    name: 'Watchdog',
    severity: 'none',
    for: '0s',
    expr: 'vector(1)',
    summary: 'Alerting works',
    description: 'This alert always fires. If it stops, no alert is delivered.',
  },
];

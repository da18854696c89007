import type { AlertCase, QuietCase, Series } from '../alert-case';

const namespace = 'veza-production-monitoring';
const prometheus = `job="prometheus", namespace="${namespace}", pod="prometheus-0", instance="prometheus-0"`;
const prometheusLabels = { job: 'prometheus', namespace, pod: 'prometheus-0' };
const alertmanager = `job="alertmanager", namespace="${namespace}", pod="alertmanager-0", instance="alertmanager-0"`;
const remote = `${prometheus}, remote_name="mimir", url="https://mimir.example.com/api/v1/push"`;
const remoteLabels = { ...prometheusLabels, severity: 'warning', remote_name: 'mimir' };
const lastDelivery = `prometheus_remote_storage_queue_highest_sent_timestamp_seconds{${remote}}`;
const leftOut = (reason: string) => `prometheus_remote_storage_samples_dropped_total{${remote}, reason="${reason}"}`;
const of = (pod: string) => `job="alertmanager", namespace="${namespace}", pod="${pod}"`;
const webhook = `${alertmanager}, integration="webhook", reason="serverError"`;

function members(...counts: readonly number[]): Series {
  return Object.assign(
    {},
    ...counts.map((count, index) => ({
      [`up{${of(`alertmanager-${index}`)}}`]: '1x20',
      [`alertmanager_cluster_members{${of(`alertmanager-${index}`)}}`]: `${count}x20`,
    })),
  );
}

export const monitoringCases: readonly AlertCase[] = [
  {
    alert: 'Watchdog',
    when: 'nothing is wrong',
    series: {},
    minute: 0,
    fires: [
      {
        labels: { severity: 'none' },
        summary: 'Alerting works',
        description: 'This alert always fires. If it stops, no alert is delivered.',
      },
    ],
    below: 'always fires',
  },
  {
    alert: 'PrometheusConfigReloadFailed',
    when: 'its configuration is broken',
    series: { [`prometheus_config_last_reload_successful{${prometheus}}`]: '0x20' },
    minute: 10,
    fires: [
      {
        labels: { ...prometheusLabels, severity: 'warning', instance: 'prometheus-0' },
        summary: 'Prometheus rejected its new configuration',
        description: 'prometheus-0 still runs with the old configuration. It would not start with the new one.',
      },
    ],
    below: { [`prometheus_config_last_reload_successful{${prometheus}}`]: '0x5 1 0x20' },
  },
  {
    alert: 'PrometheusDiscoveryFailing',
    when: 'the Kubernetes API refuses it',
    series: { [`prometheus_sd_kubernetes_failures_total{${prometheus}}`]: '0+1x30' },
    minute: 16,
    fires: [
      {
        labels: { ...prometheusLabels, severity: 'warning', instance: 'prometheus-0' },
        summary: 'Prometheus cannot discover targets from the Kubernetes API',
        description: '10 requests of prometheus-0 to the Kubernetes API failed in 10 minutes.',
      },
    ],
    below: { [`prometheus_sd_kubernetes_failures_total{${prometheus}}`]: '0+1x3 3x30' },
  },
  {
    alert: 'PrometheusRulesFailing',
    when: 'a rule cannot be evaluated',
    series: { [`prometheus_rule_evaluation_failures_total{${prometheus}, rule_group="services"}`]: '0+2x30' },
    minute: 11,
    fires: [
      {
        labels: { ...prometheusLabels, severity: 'critical', rule_group: 'services' },
        summary: 'Prometheus cannot evaluate some of its rules',
        description: 'prometheus-0 failed 10 times in 5 minutes to evaluate rules of group services.',
      },
    ],
    below: { [`prometheus_rule_evaluation_failures_total{${prometheus}, rule_group="services"}`]: '0+2x3 6x30' },
  },
  {
    alert: 'PrometheusNotificationsFailing',
    when: 'one of three Alertmanagers does not take all',
    series: {
      [`prometheus_notifications_errors_total{${prometheus}, alertmanager="a"}`]: '0+6x30',
      [`prometheus_notifications_sent_total{${prometheus}, alertmanager="a"}`]: '0+40x30',
      [`prometheus_notifications_sent_total{${prometheus}, alertmanager="b"}`]: '0+30x30',
      [`prometheus_notifications_sent_total{${prometheus}, alertmanager="c"}`]: '0+30x30',
    },
    minute: 16,
    fires: [
      {
        labels: { ...prometheusLabels, severity: 'warning' },
        summary: 'Prometheus cannot send its alerts to Alertmanager',
        description: '6% of the alerts that prometheus-0 sends to Alertmanager do not arrive.',
      },
    ],
    below: { [`prometheus_notifications_errors_total{${prometheus}, alertmanager="a"}`]: '0+4x30' },
  },
  {
    alert: 'PrometheusWithoutAlertmanager',
    when: 'discovery finds none',
    series: { [`prometheus_notifications_alertmanagers_discovered{${prometheus}}`]: '0x20' },
    minute: 10,
    fires: [
      {
        labels: { ...prometheusLabels, severity: 'critical', instance: 'prometheus-0' },
        summary: 'Prometheus finds no Alertmanager',
        description: 'Alerts of prometheus-0 are not delivered: it finds no Alertmanager to send them to.',
      },
    ],
    below: { [`prometheus_notifications_alertmanagers_discovered{${prometheus}}`]: '1x20' },
  },
  {
    alert: 'PrometheusRemoteWriteStopped',
    when: 'a server was never reached',
    series: { [lastDelivery]: '0x20' },
    minute: 15,
    fires: [
      {
        labels: remoteLabels,
        summary: 'Prometheus cannot reach mimir',
        description: 'prometheus-0 has delivered no samples to mimir since it started.',
      },
    ],
    below: { [lastDelivery]: '0x13 840+60x20' },
  },
  {
    alert: 'PrometheusRemoteWriteBehind',
    when: 'a server is down after five minutes',
    series: { [lastDelivery]: '1+60x5 301x30' },
    minute: 21,
    fires: [
      {
        labels: remoteLabels,
        summary: 'Samples reach mimir late',
        description:
          'What prometheus-0 delivered to mimir last is 15m 59s old. After two hours samples begin to be lost there.',
      },
    ],
    below: { [lastDelivery]: '1+60x5 301x13 1201+60x20' },
  },
  {
    alert: 'PrometheusRemoteWriteFailing',
    when: 'a server refuses one sample in fifty',
    series: {
      [`prometheus_remote_storage_samples_failed_total{${remote}}`]: '0+2x30',
      [`prometheus_remote_storage_samples_total{${remote}}`]: '0+100x30',
    },
    minute: 16,
    fires: [
      {
        labels: remoteLabels,
        summary: 'mimir refuses samples',
        description: '2% of the samples that prometheus-0 sends to mimir are refused, and are lost there.',
      },
    ],
    below: { [`prometheus_remote_storage_samples_failed_total{${remote}}`]: '0+0.9x30' },
  },
  {
    alert: 'PrometheusRemoteWriteDropped',
    when: 'the first samples are too old to send',
    series: { [leftOut('too_old')]: '_x5 100x30' },
    minute: 5,
    fires: [
      {
        labels: { ...remoteLabels, reason: 'too_old' },
        summary: 'Prometheus leaves out samples for mimir',
        description: 'prometheus-0 dropped 100 samples for mimir in 15 minutes: too_old.',
      },
    ],
    below: { [leftOut('too_old')]: '_x40' },
  },
  {
    alert: 'AlertmanagerConfigReloadFailed',
    when: 'its configuration is broken',
    series: { [`alertmanager_config_last_reload_successful{${alertmanager}}`]: '0x20' },
    minute: 10,
    fires: [
      {
        labels: {
          severity: 'warning',
          job: 'alertmanager',
          namespace,
          pod: 'alertmanager-0',
          instance: 'alertmanager-0',
        },
        summary: 'Alertmanager rejected its new configuration',
        description: 'alertmanager-0 still runs with the old configuration. It would not start with the new one.',
      },
    ],
    below: { [`alertmanager_config_last_reload_successful{${alertmanager}}`]: '0x5 1 0x20' },
  },
  {
    alert: 'AlertmanagerNotificationsFailing',
    when: 'a receiver refuses one in sixteen or so',
    series: {
      [`alertmanager_notifications_failed_total{${webhook}}`]: '0+6x20',
      [`alertmanager_notifications_total{${alertmanager}, integration="webhook"}`]: '0+100x20',
    },
    minute: 6,
    fires: [
      {
        labels: { severity: 'critical', job: 'alertmanager', namespace, integration: 'webhook' },
        summary: 'Notifications by webhook fail',
        description: '6% of the notifications by webhook fail.',
      },
    ],
    below: { [`alertmanager_notifications_failed_total{${webhook}}`]: '0+4x20' },
  },
  {
    alert: 'AlertmanagerClusterSplit',
    when: 'one of three does not see the others',
    series: members(2, 2, 1),
    minute: 15,
    fires: [
      {
        labels: { severity: 'warning', job: 'alertmanager', namespace },
        summary: 'Alertmanager replicas are not connected to each other',
        description:
          'A replica of Alertmanager is connected to 1 replicas only, itself included: alerts arrive more than ' +
          'once.',
      },
    ],
    below: members(3, 3, 3),
  },
];

export const monitoringQuiet: readonly QuietCase[] = [
  {
    alert: 'PrometheusRemoteWriteBehind',
    when: 'nothing was delivered yet',
    series: { [lastDelivery]: '0x40' },
    minutes: [40],
  },
  {
    alert: 'PrometheusRemoteWriteFailing',
    when: 'nothing is sent',
    series: {
      [`prometheus_remote_storage_samples_failed_total{${remote}}`]: '0x40',
      [`prometheus_remote_storage_samples_total{${remote}}`]: '0x40',
    },
    minutes: [40],
  },
  {
    alert: 'PrometheusRemoteWriteDropped',
    when: 'the environment leaves these metrics out',
    series: { [leftOut('dropped_series')]: '_x5 100+100x30' },
    minutes: [5, 30],
  },
  {
    alert: 'PrometheusRemoteWriteDropped',
    when: 'samples were dropped long ago',
    series: { [leftOut('too_old')]: '_x5 100x60' },
    minutes: [40],
  },
  {
    alert: 'AlertmanagerClusterSplit',
    when: 'there is only one',
    series: members(1),
    minutes: [20],
  },
];

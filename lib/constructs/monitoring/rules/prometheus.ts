import { scrapeJobs } from '../scrape-endpoints';
import type { AlertGroup, RuleContext } from './rule';
import { is, select } from './selector';

/** Alerts on Prometheus itself. */
export function prometheusGroup(input: RuleContext): AlertGroup {
  const self = { job: is(scrapeJobs.prometheus), namespace: is(input.monitoringNamespace) };
  const count = (name: string) =>
    `sum by (namespace, job, pod) (rate(${select(`prometheus_notifications_${name}_total`, self)}[5m]))`;
  return {
    name: 'prometheus',
    alerts: [
      {
        name: 'PrometheusConfigReloadFailed',
        severity: 'warning',
        for: '10m',
        expr: `max_over_time(${select('prometheus_config_last_reload_successful', self)}[5m]) == 0`,
        summary: 'Prometheus rejected its new configuration',
        description: '{{ $labels.pod }} still runs with the old configuration. It would not start with the new one.',
      },
      {
        name: 'PrometheusDiscoveryFailing',
        severity: 'warning',
        for: '15m',
        expr: `increase(${select('prometheus_sd_kubernetes_failures_total', self)}[10m]) > 0`,
        summary: 'Prometheus cannot discover targets from the Kubernetes API',
        description:
          '{{ $value | humanize }} requests of {{ $labels.pod }} to the Kubernetes API failed in 10 minutes.',
      },
      // It pages, because the alert of a failing rule cannot fire.
      {
        name: 'PrometheusRulesFailing',
        severity: 'critical',
        for: '10m',
        expr: `sum by (namespace, job, pod, rule_group) (
  increase(${select('prometheus_rule_evaluation_failures_total', self)}[5m])
) > 0`,
        summary: 'Prometheus cannot evaluate some of its rules',
        description:
          '{{ $labels.pod }} failed {{ $value | humanize }} times in 5 minutes to evaluate rules of group ' +
          '{{ $labels.rule_group }}.',
      },
      {
        name: 'PrometheusNotificationsFailing',
        severity: 'warning',
        for: '15m',
        expr: `${count('errors')}
/
(${count('sent')} > 0)
> 0.05`,
        summary: 'Prometheus cannot send its alerts to Alertmanager',
        description:
          '{{ $value | humanizePercentage }} of the alerts that {{ $labels.pod }} sends to Alertmanager do not arrive.',
      },
      // It pages, at least through the other replica.
      {
        name: 'PrometheusWithoutAlertmanager',
        severity: 'critical',
        for: '10m',
        expr: `max_over_time(${select('prometheus_notifications_alertmanagers_discovered', self)}[5m]) == 0`,
        summary: 'Prometheus finds no Alertmanager',
        description: 'Alerts of {{ $labels.pod }} are not delivered: it finds no Alertmanager to send them to.',
      },
    ],
  };
}

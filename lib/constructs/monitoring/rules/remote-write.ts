import { scrapeJobs } from '../scrape-endpoints';
import type { AlertGroup, RuleContext } from './rule';
import { is, isNot, select } from './selector';

/** When the newest sample was collected that a server has answered to, be it by a refusal: 0 before its first answer. */
const lastDelivery = 'prometheus_remote_storage_queue_highest_sent_timestamp_seconds';

const labels = 'namespace, job, pod, remote_name';

/** Alerts on the samples that Prometheus sends to other servers. None pages: Prometheus itself has all samples. */
export function remoteWriteGroup(input: RuleContext): AlertGroup {
  const self = { job: is(scrapeJobs.prometheus), namespace: is(input.monitoringNamespace) };
  const rate = (metric: string) =>
    `sum by (${labels}) (rate(${select(`prometheus_remote_storage_samples_${metric}total`, self)}[5m]))`;
  const lost = { ...self, reason: isNot('dropped_series') };
  const dropped = select('prometheus_remote_storage_samples_dropped_total', lost);
  return {
    name: 'remote-write',
    alerts: [
      {
        name: 'PrometheusRemoteWriteStopped',
        severity: 'warning',
        for: '15m',
        expr: `max by (${labels}) (${select(lastDelivery, self)}) == 0`,
        summary: 'Prometheus cannot reach {{ $labels.remote_name }}',
        description: '{{ $labels.pod }} has delivered no samples to {{ $labels.remote_name }} since it started.',
      },
      // The clock is compared with, not the newest sample: that metric has another name in newer releases.
      {
        name: 'PrometheusRemoteWriteBehind',
        severity: 'warning',
        for: '10m',
        expr: `time() - (max by (${labels}) (${select(lastDelivery, self)}) > 0) > 300`,
        summary: 'Samples reach {{ $labels.remote_name }} late',
        description:
          'What {{ $labels.pod }} delivered to {{ $labels.remote_name }} last is {{ $value | humanizeDuration }} old. ' +
          'After two hours samples begin to be lost there.',
      },
      // What a server refuses for good is not sent again.
      {
        name: 'PrometheusRemoteWriteFailing',
        severity: 'warning',
        for: '15m',
        expr: `${rate('failed_')}
/
(${rate('')} > 0)
> 0.01`,
        summary: '{{ $labels.remote_name }} refuses samples',
        description:
          '{{ $value | humanizePercentage }} of the samples that {{ $labels.pod }} sends to {{ $labels.remote_name }} ' +
          'are refused, and are lost there.',
      },
      // A counter that does not exist before the first loss; what the environment leaves out is counted apart.
      {
        name: 'PrometheusRemoteWriteDropped',
        severity: 'warning',
        for: '0s',
        expr: `sum by (${labels}, reason) (
  (increase(${dropped}[15m]) > 0)
  or
  (${dropped} unless ${dropped} offset 15m)
) > 0`,
        summary: 'Prometheus leaves out samples for {{ $labels.remote_name }}',
        description:
          '{{ $labels.pod }} dropped {{ $value | humanize }} samples for {{ $labels.remote_name }} in 15 minutes: ' +
          '{{ $labels.reason }}.',
      },
    ],
  };
}

import { flapping, flappingWindow, is, isNot, type Matchers, oneOf, select } from './promql';
import { type Alert, type MonitoredService, page, type RuleContext, warn } from './rule';
import {
  minimumFailures,
  moreFailuresThan,
  recordingNames as names,
  selectGoodBucket,
  selectRecorded,
} from './service-slo';

/** Events per second below which neither missing events nor a quantile mean anything. */
const minimumTraffic = 0.1;

/** Alerts on the services: availability, traffic, errors, response time, and missing metrics. */
export function makeServiceAlerts(input: RuleContext): Alert[] {
  return [
    // A warning only, because the other replicas still serve. Three minutes are longer than the slowest start (150 seconds).
    // A replica that exports more than Prometheus accepts (`sample_limit`) is up: TargetDown covers it.
    warn('ServiceDown', '3m', {
      expr: `${selectUp(input)} == 0
unless
${selectSamples(input)} > 0
or
${flapping(`${selectUp(input)}[${flappingWindow}]`)}
unless
min_over_time(${selectSamples(input)}[${flappingWindow}]) > 0`,
      summary: 'A replica of {{ $labels.job }} is down',
      description:
        'Pod {{ $labels.pod }} on node {{ $labels.node }} has not responded on its metrics port for 3 minutes, or ' +
        'responds only intermittently.',
    }),
    alertServiceDown(input),
    // Without events there are no failures, so no other alert fires.
    // Traffic is expected if there was traffic at this time yesterday and, if that is known, on the same day last week, an
    // hour more or less. Quiet nights and weekends raise no alert.
    page('NoTraffic', '15m', {
      expr: `${queryLeastAround('23h', input)} > ${minimumTraffic}
and
(
  ${queryLeastAround('167h', input)}
  or
  ${queryLeastAround('23h', input)}
) > ${minimumTraffic}
unless
${selectRecorded(names.events('5m'), input)} > 0`,
      summary: '{{ $labels.job }} receives no traffic',
      description:
        '{{ $labels.job }} has had no events for 15 minutes. Around this time yesterday it had at least ' +
        '{{ printf "%.2g" $value }} events per second.',
    }),
    warn('HighErrorRate', '1m', {
      expr: `${selectRecorded(names.errorRatio('5m'), input)} > 0.05
and
${moreFailuresThan(minimumFailures, '5m', input)}`,
      summary: '{{ $labels.job }} has a high error rate',
      description: '{{ $value | humanizePercentage }} of the events of {{ $labels.job }} failed in the last 5 minutes.',
    }),
    alertHighResponseTime(input),
    ...input.services.flatMap((service) => alertMissingMetrics(service, input)),
  ];
}

/** It pages, because without a replica no failures are counted and no error budget alert can fire. */
function alertServiceDown(input: RuleContext): Alert {
  const anyUp = `max by (namespace, job) (${selectUp(input)})`;
  const anySamples = `max by (namespace, job) (${selectSamples(input)})`;
  // Finer than the scrape interval, so that a failure of one scrape is included.
  const lately = `[${flappingWindow}:10s]`;
  return page('ServiceDown', '2m', {
    expr: `${anyUp} == 0
unless
${anySamples} > 0
or
${flapping(`${anyUp}${lately}`)}
unless
min_over_time(${anySamples}${lately}) > 0`,
    summary: '{{ $labels.job }} is down',
    description:
      'No replica of {{ $labels.job }} has responded on its metrics port for 2 minutes, or they respond only intermittently.',
  });
}

/** Minimum rate of events in the two hours that ended this long ago. */
function queryLeastAround(ago: string, input: RuleContext): string {
  return `min_over_time(${selectRecorded(names.events('5m'), input)}[2h] offset ${ago})`;
}

function alertHighResponseTime(input: RuleContext): Alert {
  const bounds = input.services.map(
    ({ workload, contract }) =>
      `${selectRecorded(names.responseTimeP95, input, { job: is(workload) })} > ${contract.metrics.responseTime.p95}`,
  );
  return warn('HighResponseTime', '2m', {
    expr: `(
  ${bounds.join('\n  or\n  ')}
)
and
${selectRecorded(names.events('5m'), input)} > ${minimumTraffic}`,
    summary: '{{ $labels.job }} is slow',
    description:
      '5% of the responses of {{ $labels.job }} took longer than {{ $value | humanizeDuration }} in the last 5 minutes.',
  });
}

/** Alerts on a metric that is never exported would never fire. Within a day each metric should have occurred. */
function alertMissingMetrics({ workload, contract }: MonitoredService, input: RuleContext): Alert[] {
  const target = { namespace: is(input.namespace), job: is(workload) };
  return Object.entries(contract.metrics.exports).map(([metric, { type, assumed }]) => {
    const series =
      type === 'histogram' ? selectHistogramSeries(metric, contract.metrics.indicator, target) : select(metric, target);
    return warn('ServiceMetricMissing', '1h', {
      labels: { job: workload, metric },
      expr: `sum by (namespace, job) (${select('up', target)}) > 0
unless
group by (namespace, job) (present_over_time(${series}[1d]))`,
      summary: `{{ $labels.job }} does not export ${metric}`,
      description:
        `{{ $labels.job }} has {{ $value | humanize }} replicas up, but none of them has exported ${metric} in ` +
        'the last day: rules and dashboards that use it have no ' +
        `data.${assumed ? ' Its name is an assumption of the contract.' : ''}`,
    });
  });
}

function selectHistogramSeries(
  histogram: string,
  indicator: MonitoredService['contract']['metrics']['indicator'],
  target: Matchers,
): string {
  const timed = indicator.kind === 'time-to-first-byte' && indicator.histogram === histogram;
  // A quantile needs a finite bucket: a histogram with only `+Inf` contains no response times.
  return timed ? selectGoodBucket(indicator, target) : select(`${histogram}_bucket`, { ...target, le: isNot('+Inf') });
}

function selectUp(input: RuleContext): string {
  return select('up', matchReplicas(input));
}

/** Number of samples in the last response of a replica, accepted or not. */
function selectSamples(input: RuleContext): string {
  return select('scrape_samples_scraped', matchReplicas(input));
}

function matchReplicas({ namespace, services }: RuleContext): Matchers {
  return { namespace: is(namespace), job: oneOf(services.map(({ workload }) => workload)) };
}

import { clusterPods } from '../../../platform/postgres-cluster';
import { lokiOutput } from '../../logs/collector-configuration';
import { eventLabel, linesCounter, logsEndpoints, scrapeJobs } from '../scrape-endpoints';
import { is, type Matchers, oneOf, select, storeDown } from './promql';
import { type Alert, page, type RuleContext, warn } from './rule';
import { recordingNames, selectRecorded } from './service-slo';

/** Alerts on what the workloads log, and on the collection of logs itself. */
export function makeLogAlerts(input: RuleContext): Alert[] {
  const panics = selectLines(input, { ...matchServices(input), [eventLabel]: is('panic') });
  const dropped = select('fluentbit_output_dropped_records_total', matchLokiOutput(input));
  const free = select('fluentbit_output_chunk_available_capacity_percent', matchLokiOutput(input));
  const loki = { job: is(scrapeJobs.loki), namespace: is(input.monitoringNamespace) };
  const discarded = select('loki_discarded_samples_total', loki);
  return [
    alertLogErrors(input),
    // A panic ends a process or a request, whatever its metrics show.
    page('PanicLogged', '0m', {
      expr: moreThan(0, panics, '10m', 'namespace', 'app'),
      summary: '{{ $labels.app }} panicked',
      description:
        '{{ $labels.app }} in {{ $labels.namespace }} logged {{ printf "%.0f" $value }} panics in the last 10 minutes.',
    }),
    ...(['single', 'cluster'].includes(input.database.kind) ? [alertDatabaseLoginsFailing(input)] : []),
    alertLogsMissing(input),
    warn('LogsDropped', '0m', {
      expr: moreThan(0, dropped, '10m', 'namespace', 'node'),
      summary: 'Log lines are lost on {{ $labels.node }}',
      description:
        'The collector on node {{ $labels.node }} dropped {{ printf "%.0f" $value }} lines in the last 10 minutes: its ' +
        'buffer is full, or Loki refuses them.',
    }),
    warn('LogBufferGrowing', '10m', {
      expr: `min by (namespace, node) (${free}) < 50`,
      summary: 'Log lines pile up on {{ $labels.node }}',
      description:
        'The collector on node {{ $labels.node }} has {{ printf "%.0f" $value }} % of its buffer left. When it is full, ' +
        'the oldest lines are lost.',
    }),
    warn('LokiDown', '5m', {
      expr: storeDown(input.monitoringNamespace, logsEndpoints.loki.name, 'up'),
      summary: 'Loki is down',
      description:
        'Loki in {{ $labels.namespace }} has not responded for 5 minutes, or responds only intermittently. Log lines ' +
        'wait on the nodes.',
    }),
    warn('LokiDiscarding', '1m', {
      expr: moreThan(0, discarded, '10m', 'namespace', 'reason'),
      summary: 'Loki refuses log lines',
      description:
        'Loki in {{ $labels.namespace }} discarded {{ printf "%.0f" $value }} lines in the last 10 minutes: ' +
        '{{ $labels.reason }}.',
    }),
  ];
}

function selectLines({ namespace }: RuleContext, matchers: Matchers): string {
  return select(linesCounter, { job: is(scrapeJobs.logLines), namespace: is(namespace), ...matchers });
}

function matchServices({ services }: RuleContext): Matchers {
  return { app: oneOf(services.map(({ workload }) => workload)) };
}

/**
 * More than this many in a time. A counter has no series before its first event, which `increase` therefore misses: a
 * series that did not exist before the time counts whole.
 */
function moreThan(limit: number, series: string, window: string, ...by: readonly string[]): string {
  const sum = (expression: string) => `sum by (${by.join(', ')}) (${expression}) > ${limit}`;
  return `${sum(`increase(${series}[${window}])`)}
or
${sum(`${series} unless ${series} offset ${window}`)}`;
}

/** Lines of ten minutes below which a share of them means nothing. */
const minimumErrors = 10;

/** A share of lines that would use up the error budget of a month within two days, if each were a failed event. */
const errorFactor = 14.4;

function alertLogErrors(input: RuleContext): Alert {
  const perService = (matchers: Matchers) =>
    `sum by (namespace, app) (increase(${selectLines(input, { ...matchServices(input), ...matchers })}[10m]))`;
  const errors = perService({ level: oneOf(['error', 'fatal']) });
  return warn('ServiceLogErrors', '5m', {
    expr: `${errors}
/ ${perService({})}
> on (namespace, app)
${errorFactor} * (1 - label_replace(${selectRecorded(recordingNames.objective, input)}, "app", "$1", "job", "(.+)"))
and
${errors} > ${minimumErrors}`,
    summary: '{{ $labels.app }} logs many errors',
    description:
      '{{ $value | humanizePercentage }} of the lines that {{ $labels.app }} in {{ $labels.namespace }} wrote in the ' +
      'last 10 minutes are errors.',
  });
}

/** A service with a wrong password tries again every few seconds; a person who mistypes does not. */
function alertDatabaseLoginsFailing(input: RuleContext): Alert {
  const servers = oneOf([scrapeJobs.postgres, clusterPods]);
  const refused = selectLines(input, { app: servers, [eventLabel]: is('failed-login') });
  return warn('DatabaseLoginsFailing', '2m', {
    expr: moreThan(5, refused, '5m', 'namespace'),
    summary: 'Logins to the database fail',
    description:
      'PostgreSQL in {{ $labels.namespace }} refused {{ printf "%.0f" $value }} logins in the last 5 minutes: wrong ' +
      'password, unknown role or database, or an address that may not connect.',
  });
}

/** Without a collector every service is silent, and TargetsMissing fires instead. */
function alertLogsMissing(input: RuleContext): Alert {
  const running = select('up', {
    job: oneOf(input.services.map(({ workload }) => workload)),
    namespace: is(input.namespace),
  });
  const collected = select('up', { job: is(scrapeJobs.logLines), namespace: is(input.logsNamespace) });
  return warn('LogsMissing', '10m', {
    expr: `sum by (namespace, app) (label_replace(${running}, "app", "$1", "job", "(.+)")) > 0
unless on (namespace, app)
sum by (namespace, app) (increase(${selectLines(input, matchServices(input))}[30m])) > 0
and on ()
sum(${collected}) > 0`,
    summary: '{{ $labels.app }} logs nothing',
    description:
      'Pods of {{ $labels.app }} in {{ $labels.namespace }} run, and no line of them was collected for 30 minutes.',
  });
}

/** The output of the collectors by which lines go to Loki. */
function matchLokiOutput({ logsNamespace }: RuleContext): Matchers {
  return { job: is(scrapeJobs.logCollector), namespace: is(logsNamespace), name: is(lokiOutput) };
}

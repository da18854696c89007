import type { Indicator } from '../../services/service-metrics';
import { budgetWindow, recordingNames as names, type SliWindow, sliWindows } from './recording-names';
import type { RecordingRule, RuleGroup } from './rule-group';
import type { ObservedService, RuleInput } from './rule-input';
import { is, type Matchers, matches, select } from './selector';

/** Window that is counted from the services' own series; longer ones are means of what it gave. */
const shortest = '5m' satisfies SliWindow;

/** What is recorded of each service: its events, how many of them are bad, what that leaves of its error budget. */
export function serviceSliGroups(input: RuleInput): RuleGroup[] {
  return [
    {
      name: 'service-sli',
      rules: [...input.services.flatMap((service) => serviceRules(service, input)), errorRatio(shortest)],
    },
    // Means of one value per service are cheap, where rates over days would read every sample of every replica.
    {
      name: 'service-sli-windows',
      interval: '1m',
      rules: sliWindows.filter((window) => window !== shortest).flatMap(windowRules),
    },
    { name: 'service-slo-budget', interval: '5m', rules: [budgetRemaining] },
  ];
}

/** Labels of the recorded series say which service it is: the sums below keep none. */
function serviceRules(service: ObservedService, { namespace }: RuleInput): RecordingRule[] {
  const { contract, workload, objective } = service;
  const target = { namespace: is(namespace), job: is(workload) };
  const { indicator, responseTime } = contract.metrics;
  const { events, errors } = indicatorRates(indicator, target);
  const buckets = select(`${responseTime.histogram}_bucket`, target);
  const record = (name: string, expr: string) => ({ record: name, labels: { namespace, job: workload }, expr });
  return [
    record(names.objective, `vector(${Number(objective.toPrecision(12))})`),
    record(names.events(shortest), events),
    record(names.errors(shortest), errors),
    record(names.responseTimeP95, `histogram_quantile(0.95, sum by (le) (rate(${buckets}[${shortest}])))`),
  ];
}

function indicatorRates(indicator: Indicator, target: Matchers): { events: string; errors: string } {
  if (indicator.kind === 'time-to-first-byte') {
    const events = rate(select(`${indicator.histogram}_count`, target));
    return { events, errors: `${events} - ${rate(goodBucket(indicator, target))}` };
  }
  const { counter, failed } = indicator;
  const events = rate(select(counter, target));
  const failures = rate(select(counter, { ...target, [failed.label]: matches(failed.pattern) }));
  // Before the first failure there is no series of failures, and that is none, not unknown.
  return { events, errors: `${failures} or 0 * ${events}` };
}

/** The bucket of a histogram that holds the good events. Prometheus 3 writes every bound with a decimal point. */
export function goodBucket(
  { histogram, bound }: Extract<Indicator, { kind: 'time-to-first-byte' }>,
  target: Matchers,
): string {
  return select(`${histogram}_bucket`, { ...target, le: is(Number.isInteger(bound) ? `${bound}.0` : `${bound}`) });
}

function rate(selector: string): string {
  return `sum(rate(${selector}[${shortest}]))`;
}

function windowRules(window: SliWindow): RecordingRule[] {
  const mean = (series: string) => `avg_over_time(${series}[${window}])`;
  return [
    { record: names.events(window), expr: mean(names.events(shortest)) },
    { record: names.errors(window), expr: mean(names.errors(shortest)) },
    errorRatio(window),
  ];
}

function errorRatio(window: SliWindow): RecordingRule {
  return { record: names.errorRatio(window), expr: `${names.errors(window)} / (${names.events(window)} > 0)` };
}

const budgetRemaining: RecordingRule = {
  record: names.budgetRemaining,
  expr: `1 -
  avg_over_time(${names.errors(shortest)}[${budgetWindow}])
  / (avg_over_time(${names.events(shortest)}[${budgetWindow}]) > 0)
  / (1 - ${names.objective})`,
};

import { scrapeJobs } from '../scrape-endpoints';
import { flapping, flappingWindow, is, noneOf, oneOf, select } from './promql';
import { type Alert, type MonitoredJob, type RuleContext, warn } from './rule';

/** Jobs that pages depend on, in addition to the services. */
const vital: readonly string[] = [scrapeJobs.postgres, scrapeJobs.blackbox];

/** Alerts on scrape targets that are missing or cannot be scraped. */
export function makeTargetAlerts(input: RuleContext): Alert[] {
  const services = input.services.map(({ workload }) => workload);
  const isVital = ({ name }: MonitoredJob) => vital.includes(name) || services.includes(name);
  return [
    alertTargetDown(input, services),
    ...alertTargetsMissing('critical', input.jobs.filter(isVital)),
    ...alertTargetsMissing(
      'warning',
      input.jobs.filter((job) => !isVital(job)),
    ),
  ];
}

/**
 * All targets except those of the services, which have ServiceDown.
 * Targets of services are included only if they respond with more than Prometheus accepts, or in a format it cannot read.
 */
function alertTargetDown(input: RuleContext, services: readonly string[]): Alert {
  const others = select('up', { job: noneOf(services), namespace: oneOf(listNamespaces(input)) });
  const answering = { job: oneOf(services), namespace: is(input.namespace) };
  return warn('TargetDown', '10m', {
    expr: `${others} == 0
or
${select('up', answering)} == 0
and
${select('scrape_samples_scraped', answering)} > 0
or
${flapping(`${others}[${flappingWindow}]`)}`,
    summary: 'Prometheus cannot scrape {{ $labels.job }}',
    description:
      'Prometheus has not been able to scrape {{ $labels.instance }} of job {{ $labels.job }} for 10 minutes, or ' +
      'can do so only intermittently.',
  });
}

/** Namespaces of the targets. The empty one is that of targets without a namespace, such as nodes. */
function listNamespaces({ jobs }: RuleContext): string[] {
  return [...new Set(jobs.map(({ namespace }) => (namespace === 'none' ? '' : namespace)))].sort();
}

/** A missing target has no series `up`, so `up == 0` cannot detect it. */
function alertTargetsMissing(severity: 'critical' | 'warning', jobs: readonly MonitoredJob[]): Alert[] {
  if (jobs.length === 0) return [];
  return [
    {
      name: 'TargetsMissing',
      severity,
      for: '5m',
      expr: jobs.map((job) => `absent(${selectTargets(job)})`).join('\nor\n'),
      summary: 'Prometheus finds no targets of {{ $labels.job }}',
      description:
        'Job {{ $labels.job }} has had no targets for 5 minutes: its pods do not exist, or Prometheus cannot ' +
        'discover them.',
    },
  ];
}

function selectTargets({ name, namespace }: MonitoredJob): string {
  return select('up', { job: is(name), ...(namespace === 'none' ? {} : { namespace: is(namespace) }) });
}

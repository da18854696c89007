import { scrapeJobs } from '../scrape-endpoints';
import { is, select } from './selector';

/**
 * Whether a store is down as its clients see it: its exporter cannot log in, its Service leaves its pod out, or both go
 * up and down; or neither the exporter nor Kubernetes says anything good of it, as when their node is lost with it.
 */
export function storeDown(namespace: string, job: string, loggedIn: string): string {
  const target = { job: is(job), namespace: is(namespace) };
  const login = select(loggedIn, target);
  const ready = select('kube_statefulset_status_replicas_ready', {
    job: is(scrapeJobs.kubeStateMetrics),
    namespace: is(namespace),
    statefulset: is(job),
  });
  return [
    `max by (namespace) (${login}) == 0`,
    `max by (namespace) (${ready}) == 0`,
    `max by (namespace) (${select('up', target)}) == 0
unless
max by (namespace) (${ready}) > 0`,
    ...[login, ready].map((series) => flapping(`${series}[${flappingWindow}]`, 'namespace')),
  ].join('\nor\n');
}

/** The stretch of time in which flapping shows. */
export const flappingWindow = '15m';

/**
 * Whether something went down more than once in a quarter of an hour and was down for more than a fifth of it: an alert
 * on its state alone waits for a while that such a thing never stays down.
 * @param range a series of 0 and 1 over `flappingWindow`
 * @param by labels to keep; all of them if none is named
 */
export function flapping(range: string, ...by: readonly string[]): string {
  const over = (functionName: string) => {
    const value = `${functionName}(${range})`;
    return by.length === 0 ? value : `max by (${by.join(', ')}) (${value})`;
  };
  return `${over('avg_over_time')} < 0.8
and
${over('changes')} > 2`;
}

/** A fifth less than ever before is news; what every night takes for a while, or a sawtooth, is none. */
const lowest = 0.8;

/**
 * The end of an expression on space that runs out: not if there was about as little on one of the days before. A volume
 * too young to have such days is judged by its pace alone.
 * @param by an aggregation to put around the series, as the left side has
 */
export function unlessAsLowBefore(available: string, by: (series: string) => string = (series) => series): string {
  return `unless
${by(available)}
>= ${lowest} * ${by(`min_over_time(${available}[2d] offset 1d)`)}`;
}

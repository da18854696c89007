import { jobs } from '../jobs';
import { flapping, flappingWindow } from './flapping';
import { is, select } from './selector';

/**
 * Whether a store is down as its clients see it: its exporter cannot log in, its Service leaves its pod out, or both go
 * up and down; or neither the exporter nor Kubernetes says anything good of it, as when their node is lost with it.
 */
export function storeDown(namespace: string, job: string, loggedIn: string): string {
  const target = { job: is(job), namespace: is(namespace) };
  const login = select(loggedIn, target);
  const ready = select('kube_statefulset_status_replicas_ready', {
    job: is(jobs.kubeStateMetrics),
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

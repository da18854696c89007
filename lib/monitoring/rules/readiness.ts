import { jobs } from '../jobs';
import { is, select } from './selector';

/** Kubernetes finds no pod of a StatefulSet ready: nobody reaches it through its Service. */
export function noReadyReplica(namespace: string, statefulset: string): string {
  const target = { job: is(jobs.kubeStateMetrics), namespace: is(namespace), statefulset: is(statefulset) };
  return `max by (namespace) (${select('kube_statefulset_status_replicas_ready', target)}) == 0`;
}

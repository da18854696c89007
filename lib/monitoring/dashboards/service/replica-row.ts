import { jobs } from '../../jobs';
import { is, matches, select } from '../../rules/selector';
import { restarts } from '../container-panels';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { inEnvironment } from '../promql';

const deployment = inEnvironment(jobs.kubeStateMetrics, { deployment: is('$service') });
const autoscaler = inEnvironment(jobs.kubeStateMetrics, { horizontalpodautoscaler: is('$service') });
const readyPods = inEnvironment(jobs.kubeStateMetrics, { pod: matches('$pod'), condition: is('true') });

/** How many pods there are, and how many there should be. */
export const replicaRow: Row = {
  title: 'Replicas',
  panels: [
    graph({
      title: 'Replicas',
      description:
        'Fewer available than wanted: pods fail to start or to become ready. At the maximum it scales no more.',
      unit: 'short',
      queries: {
        wanted: select('kube_deployment_spec_replicas', deployment),
        available: select('kube_deployment_status_replicas_available', deployment),
        minimum: select('kube_horizontalpodautoscaler_spec_min_replicas', autoscaler),
        maximum: select('kube_horizontalpodautoscaler_spec_max_replicas', autoscaler),
      },
    }),
    graph({
      title: 'Ready',
      description: 'Whether a pod passes its readiness probe. One that does not gets no traffic.',
      unit: 'bool_yes_no',
      max: 1,
      queries: { '{{pod}}': select('kube_pod_status_ready', readyPods) },
    }),
    restarts('$pod'),
  ],
};

import { jobs } from '../../jobs';
import type { ObservedService } from '../../rules/rule-input';
import { is, oneOf, select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph, type Panel } from '../panels';
import { inEnvironment, rate, share } from '../promql';

/** What the services are short of. A service's container has the name of its contract. */
export function saturationRow(services: readonly ObservedService[]): Row {
  const container = oneOf(services.map(({ contract }) => contract.name));
  const used = inEnvironment(jobs.cadvisor, { container });
  const limit = (resource: string) => {
    const limits = inEnvironment(jobs.kubeStateMetrics, { container, resource: is(resource) });
    return `sum by (container) (${select('kube_pod_container_resource_limits', limits)})`;
  };
  return {
    title: 'Saturation of the services',
    panels: [
      graph({
        title: 'CPU of limit',
        description: 'CPU time that the pods of a service use, as a share of their limits.',
        unit: 'percentunit',
        queries: {
          '{{container}}': share(
            `sum by (container) (${rate('container_cpu_usage_seconds_total', used)})`,
            limit('cpu'),
          ),
        },
      }),
      graph({
        title: 'Memory of limit',
        description: 'Memory that the pods of a service cannot give back, as a share of their limits.',
        unit: 'percentunit',
        max: 1,
        queries: {
          '{{container}}': share(
            `sum by (container) (${select('container_memory_working_set_bytes', used)})`,
            limit('memory'),
          ),
        },
      }),
      replicas(),
    ],
  };
}

function replicas(): Panel {
  const autoscalers = inEnvironment(jobs.kubeStateMetrics);
  return graph({
    title: 'Replicas of maximum',
    description: 'How far a service has scaled out. At 100 % it cannot any further.',
    unit: 'percentunit',
    max: 1,
    queries: {
      '{{horizontalpodautoscaler}}': share(
        select('kube_horizontalpodautoscaler_status_current_replicas', autoscalers),
        select('kube_horizontalpodautoscaler_spec_max_replicas', autoscalers),
      ),
    },
  });
}

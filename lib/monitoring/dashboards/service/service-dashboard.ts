import type { ObservedService } from '../../rules/rule-input';
import { is, oneOf, select } from '../../rules/selector';
import { containerPanels } from '../container-panels';
import { type Dashboard, dashboard } from '../dashboard';
import { deploys } from '../deploys';
import { environmentVariable, one, several } from '../variables';
import { service } from './indicator';
import { replicaRow } from './replica-row';
import { budgetRow, state } from './service-level-rows';
import { podRow, trafficRow } from './traffic-rows';

/** Any one of the services: its contract says what is shown of it. */
export function serviceDashboard(services: readonly ObservedService[]): Dashboard {
  const contracts = services.map(({ contract }) => contract);
  const workloads = services.map(({ workload }) => workload);
  return dashboard({
    uid: 'service-overview',
    title: 'Service',
    description: description(services),
    variables: [
      environmentVariable(workloads),
      one({
        name: 'service',
        label: 'Service',
        description: 'The service, by the name of its workload.',
        query: `label_values(${select('up', { job: oneOf(workloads), namespace: is('$environment') })}, job)`,
      }),
      several({
        name: 'pod',
        label: 'Pod',
        description: 'The pods of the service.',
        query: `label_values(${select('up', service)}, pod)`,
      }),
    ],
    annotations: [deploys(services)],
    rows: [
      state,
      trafficRow(contracts),
      podRow(contracts),
      { title: 'Saturation', panels: containerPanels('$pod') },
      replicaRow,
      budgetRow,
    ],
  });
}

function description(services: readonly ObservedService[]): string {
  const assumed = services.flatMap(({ contract }) =>
    Object.entries(contract.metrics.exports).flatMap(([name, metric]) => (metric.assumed ? [name] : [])),
  );
  const text = 'One service: how well its users are served, and what its pods are short of.';
  return assumed.length === 0 ? text : `${text} That its image exports these is our assumption: ${assumed.join(', ')}.`;
}

import { hasLabels, type KubeObject, type Names, ownedBy, same } from '../objects';
import { isReady, type Pod } from '../workloads';
import type { Controller } from './controller';

interface Service extends KubeObject {
  readonly spec: {
    readonly selector?: Names;
    readonly publishNotReadyAddresses?: boolean;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly targetPort?: number | string;
    }[];
  };
}

/** Lists the pods of each Service, and which of them are ready. */
export const endpointSlices: Controller = ({ store }) => {
  for (const service of store.all<Service>('Service')) {
    const { name, namespace } = service.metadata;
    const { selector, publishNotReadyAddresses = false, ports = [] } = service.spec;
    if (!selector) continue;
    const pods = store.all<Pod>('Pod', namespace).filter((pod) => hasLabels(pod, selector) && pod.status?.podIP);
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${name}-s1`,
        namespace,
        labels: { 'kubernetes.io/service-name': name },
        ownerReferences: [ownedBy(service)],
      },
      addressType: 'IPv4',
      endpoints: pods
        .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
        .map((pod) => endpointOf(pod, publishNotReadyAddresses)),
      ports: ports.map((port) => ({ name: port.name ?? '', port: port.targetPort ?? port.port, protocol: 'TCP' })),
    };
    const old = store.one<typeof slice>('EndpointSlice', slice.metadata.name, namespace);
    if (!old) store.create(slice);
    else if (!same(old.endpoints, slice.endpoints) || !same(old.ports, slice.ports)) {
      store.update({ ...slice, metadata: old.metadata });
    }
  }
};

/** A Service that publishes unready pods marks all of them as ready; `serving` says which really are. */
function endpointOf(pod: Pod, publishesAll: boolean): object {
  const serving = isReady(pod);
  const { name, namespace, uid } = pod.metadata;
  return {
    addresses: [pod.status?.podIP],
    conditions: { ready: publishesAll || serving, serving, terminating: false },
    targetRef: { kind: 'Pod', name, namespace, uid },
  };
}

import type { KubernetesObject } from './synthesized';

const nodes = ['node-a', 'node-b'];

/** Who a pod is, and where. */
export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly number: number;
  readonly ip: string;
  readonly phase?: string;
}

/** The pods that a cluster would make of the workloads of a namespace, as many as there are at least. */
export function podsOf(
  objects: readonly KubernetesObject[],
  namespace: string,
  ipOf: (pod: string, number: number) => string,
): object[] {
  return objects
    .filter(
      ({ kind, metadata }) =>
        metadata.namespace === namespace && ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind),
    )
    .flatMap(({ kind, metadata, spec: { template } }) =>
      Array.from({ length: kind === 'DaemonSet' ? nodes.length : replicasOf(metadata.name, objects) }, (_, number) => {
        const name = `${metadata.name}-${number}`;
        return pod(template, { name, namespace, number, ip: ipOf(name, number) });
      }),
    );
}

/** A pod as the API tells of it. */
export function pod(template: KubernetesObject['spec']['template'], identity: PodIdentity): object {
  const { name, namespace, number, ip, phase = 'Running' } = identity;
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { ...template?.metadata, name, namespace, uid: `${namespace}-${name}` },
    spec: { ...template?.spec, nodeName: nodes[number % nodes.length] },
    status: { phase, podIP: ip, podIPs: [{ ip }], hostIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

/** Nodes with these addresses. */
export function nodesAt(...ips: readonly string[]): object[] {
  return ips.map((address, index) => ({
    kind: 'Node',
    apiVersion: 'v1',
    metadata: { name: nodes[index] },
    status: {
      addresses: [{ type: 'InternalIP', address }],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    },
  }));
}

/** An autoscaler starts from its minimum; what it scales states no number. */
function replicasOf(workload: string, objects: readonly KubernetesObject[]): number {
  const named = objects.filter(({ kind, metadata }) => metadata.name === workload && kind !== 'Service');
  return Math.max(...named.map(({ spec }) => spec?.minReplicas ?? spec?.replicas ?? 0));
}

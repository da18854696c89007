import { LabelSelector } from '../manifests/label-selector';
import type { Manifest } from '../manifests/manifest';
import type { ManifestSet } from '../manifests/manifest-set';
import type { TopologyEdge, TopologyNode } from './graph';

/** TLS ends at the ingress controller; on port 80 it redirects, and answers certificate challenges. */
const publicPorts = ['80', '443'];

/** How the world comes in: to whoever may connect to the pods behind an Ingress on the port that it leads to. */
export function worldLinks(set: ManifestSet, links: readonly TopologyEdge[]): TopologyEdge[] {
  const ingresses = set.ofType('Ingress.networking.k8s.io');
  const hosts = ingresses.flatMap((ingress) =>
    ingress
      .at('spec')
      .items('rules')
      .flatMap((rule) => rule.text('host') ?? []),
  );
  const world: TopologyNode = { name: 'world', meaning: `clients of ${hosts.join(', ')}`, kind: 'outside' };
  const backends = ingresses.flatMap((ingress) => backendsOf(set, ingress));
  const doors = links.filter(({ from, to, ports }) => {
    return from.kind === 'outside' && backends.some(({ name, port }) => to.name === name && ports.includes(port));
  });
  const byName = new Map(doors.map(({ from }) => [from.name, from]));
  return [...byName.values()].map((to) => ({ from: world, to, ports: publicPorts }));
}

interface Backend {
  /** Workload of the pods. */
  readonly name: string;
  /** Port that they are called on. */
  readonly port: string;
}

function backendsOf(set: ManifestSet, ingress: Manifest): Backend[] {
  const paths = ingress
    .at('spec')
    .items('rules')
    .flatMap((rule) => rule.at('http').items('paths'));
  return paths.flatMap((path) => {
    const backend = path.at('backend', 'service');
    const service = set.find('Service', ingress.namespace, backend.text('name') ?? '');
    const port = service
      ?.at('spec')
      .items('ports')
      .find((entry) => entry.number('port') === backend.number('port', 'number'));
    if (!service || !port) return [];
    const pods = set.select(ingress.namespace, LabelSelector.fromMap(service.textMap('spec', 'selector')));
    return pods.map(({ owner }) => ({ name: owner.name, port: String(port.at('targetPort').value) }));
  });
}

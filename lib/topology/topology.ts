import { ManifestSet } from '../manifests/manifest-set';
import type { TopologyEdge, TopologyNode } from './graph';
import { worldLinks } from './ingress-edges';
import { mermaid } from './mermaid';
import { policyLinks } from './policy-edges';

/** Who can reach whom, as the NetworkPolicies and Ingresses of an environment's objects say. */
export function linksOf(objects: readonly unknown[]): TopologyEdge[] {
  const set = new ManifestSet(objects);
  const links = merged(policyLinks(set));
  return [...worldLinks(set, links), ...links];
}

/** A connection within the namespace stands in two policies, and a caller's ports may stand in several rules. */
function merged(links: readonly TopologyEdge[]): TopologyEdge[] {
  const found = new Map<string, TopologyEdge>();
  for (const link of links) {
    const key = `${link.from.name} ${link.to.name}`;
    const ports = [...new Set([...(found.get(key)?.ports ?? []), ...link.ports])];
    found.set(key, { ...link, ports });
  }
  return [...found.values()];
}

/** The page that shows who can reach whom: a diagram, and the same facts as tables. */
export function topologyPage(environment: string, namespace: string, objects: readonly unknown[]): string {
  const links = linksOf(objects);
  return [
    `# Who can reach whom in ${environment}`,
    '',
    `Made by \`npm run diagram\` from the NetworkPolicies and Ingresses of \`dist/${environment}.k8s.yaml\`. Whatever is not shown is`,
    'refused. An arrow that leaves a box holds for everything in it; a port without a protocol is TCP.',
    '',
    '```mermaid',
    mermaid(links, namespace).trimEnd(),
    '```',
    '',
    ...table(
      ['from', 'to', 'ports'],
      links.map(({ from, to, ports }: TopologyEdge) => [from.name, to.name, ports.join(', ')]),
    ),
    '',
    ...table(['who', 'what it is'], meanings(links)),
    '',
  ].join('\n');
}

function meanings(links: readonly TopologyEdge[]): string[][] {
  const places = new Map<string, TopologyNode>(
    links.flatMap(({ from, to }) => [from, to]).map((place) => [place.name, place]),
  );
  return [...places.values()].map(({ name, meaning }) => [name, meaning]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
}

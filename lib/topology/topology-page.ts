import type { Link, Place } from './link';
import { mermaid } from './mermaid';
import { linksOf } from './topology';

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
      links.map(({ from, to, ports }: Link) => [from.name, to.name, ports.join(', ')]),
    ),
    '',
    ...table(['who', 'what it is'], meanings(links)),
    '',
  ].join('\n');
}

function meanings(links: readonly Link[]): string[][] {
  const places = new Map<string, Place>(
    links.flatMap(({ from, to }) => [from, to]).map((place) => [place.name, place]),
  );
  return [...places.values()].map(({ name, meaning }) => [name, meaning]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
}

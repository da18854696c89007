import type { TopologyEdge, TopologyNode } from './edges';

/** A box around nodes of one kind. An arrow that all of them share is drawn once, from the box. */
interface Group {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly TopologyNode[];
}

/** An arrow between two nodes or boxes. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly ports: string;
}

/** Draws edges as a Mermaid flowchart, from the internet on the left to the data stores on the right. */
export function drawMermaid(edges: readonly TopologyEdge[], namespace: string): string {
  const nodes = [...new Map(edges.flatMap(({ from, to }) => [from, to]).map((node) => [node.name, node])).values()];
  const of = (kind: TopologyNode['kind']) => nodes.filter((node) => node.kind === kind);
  const services: Group = { id: 'services', title: 'services', nodes: of('service') };
  const stores: Group = { id: 'stores', title: 'data stores', nodes: of('store') };
  const pods: Group = { id: 'pods', title: namespace, nodes: [...services.nodes, ...stores.nodes] };
  const arrows = [pods, services, stores].reduce(mergeArrows, edges.map(toArrow));
  return [
    'flowchart LR',
    ...of('outside').map((node) => `  ${nameNode(node)}([${writeLabel(node)}])`),
    `  subgraph ${pods.id} [${namespace}]`,
    ...drawBox(services, (node) => `${nameNode(node)}[${node.name}]`),
    ...drawBox(stores, (node) => `${nameNode(node)}[(${node.name})]`),
    '  end',
    ...of('temporary').map((node) => `  ${nameNode(node)}[${node.name}]`),
    ...arrows.map(({ from, to, ports }) => `  ${from} -->|${ports}| ${to}`),
    '',
  ].join('\n');
}

function drawBox({ id, title, nodes }: Group, draw: (node: TopologyNode) => string): string[] {
  if (nodes.length === 0) return [];
  return [`    subgraph ${id} [${title}]`, ...nodes.map((node) => `      ${draw(node)}`), '    end'];
}

function toArrow({ from, to, ports }: TopologyEdge): Arrow {
  return { from: nameNode(from), to: nameNode(to), ports: ports.join(', ') };
}

/** Replaces arrows from every node of a group to one target by one arrow from the group. */
function mergeArrows(arrows: readonly Arrow[], group: Group): Arrow[] {
  const members = group.nodes.map(nameNode);
  const shared = (arrow: Arrow) =>
    members.every((from) =>
      arrows.some((other) => other.from === from && other.to === arrow.to && other.ports === arrow.ports),
    );
  const drawn = arrows.map((arrow) =>
    members.includes(arrow.from) && shared(arrow) ? { ...arrow, from: group.id } : arrow,
  );
  return [...new Map(drawn.map((arrow) => [JSON.stringify(arrow), arrow])).values()];
}

/** A name with a semicolon would end the statement. */
function writeLabel({ name }: TopologyNode): string {
  return name.includes(';') ? `"${name}"` : name;
}

function nameNode({ name }: TopologyNode): string {
  return name.replace(/\W+/g, '_');
}

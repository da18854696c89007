import type { TopologyEdge, TopologyNode } from './graph';

/** A box around places of one kind. What all of them do alike is drawn once, from the box. */
interface Group {
  readonly id: string;
  readonly title: string;
  readonly places: readonly TopologyNode[];
}

/** An arrow between two places or boxes. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly ports: string;
}

/** Draws links as a Mermaid flowchart, from the world on the left to what the stores are asked on the right. */
export function mermaid(links: readonly TopologyEdge[], namespace: string): string {
  const places = [...new Map(links.flatMap(({ from, to }) => [from, to]).map((place) => [place.name, place])).values()];
  const of = (kind: TopologyNode['kind']) => places.filter((place) => place.kind === kind);
  const services: Group = { id: 'services', title: 'services', places: of('service') };
  const stores: Group = { id: 'stores', title: 'data stores', places: of('store') };
  const pods: Group = { id: 'pods', title: namespace, places: [...services.places, ...stores.places] };
  const arrows = [pods, services, stores].reduce(drawnOnce, links.map(arrow));
  return [
    'flowchart LR',
    ...of('outside').map((place) => `  ${id(place)}([${place.name}])`),
    `  subgraph ${pods.id} [${namespace}]`,
    ...box(services, (place) => `${id(place)}[${place.name}]`),
    ...box(stores, (place) => `${id(place)}[(${place.name})]`),
    '  end',
    ...of('temporary').map((place) => `  ${id(place)}[${place.name}]`),
    ...arrows.map(({ from, to, ports }) => `  ${from} -->|${ports}| ${to}`),
    '',
  ].join('\n');
}

function box({ id, title, places }: Group, draw: (place: TopologyNode) => string): string[] {
  return [`    subgraph ${id} [${title}]`, ...places.map((place) => `      ${draw(place)}`), '    end'];
}

function arrow({ from, to, ports }: TopologyEdge): Arrow {
  return { from: id(from), to: id(to), ports: ports.join(', ') };
}

/** Arrows that leave every place of a group for one target become one arrow that leaves the group. */
function drawnOnce(arrows: readonly Arrow[], group: Group): Arrow[] {
  const members = group.places.map(id);
  const shared = (arrow: Arrow) =>
    members.every((from) =>
      arrows.some((other) => other.from === from && other.to === arrow.to && other.ports === arrow.ports),
    );
  const drawn = arrows.map((arrow) =>
    members.includes(arrow.from) && shared(arrow) ? { ...arrow, from: group.id } : arrow,
  );
  return [...new Map(drawn.map((arrow) => [JSON.stringify(arrow), arrow])).values()];
}

function id({ name }: TopologyNode): string {
  return name.replace(/\W+/g, '_');
}

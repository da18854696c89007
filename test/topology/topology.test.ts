import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { TopologyEdge, TopologyNode } from '../../lib/topology/graph';
import { mermaid } from '../../lib/topology/mermaid';
import { linksOf, topologyPage } from '../../lib/topology/topology';
import { production } from '../../lib/veza/environments/production';
import { expectCommitted } from '../support/golden';
import { subdomains } from '../support/own-platform';

function objectsOf(environment: string): unknown[] {
  return parseAllDocuments(readFileSync(`dist/${environment}.k8s.yaml`, 'utf8')).map((document) => document.toJSON());
}

test('docs/topology.md shows what dist says', () => {
  const page = topologyPage(production.name, production.namespace, objectsOf('production'));
  expectCommitted({ 'docs/topology.md': page });
});

test('staging has the same shape as production', () => {
  const shape = (environment: string) =>
    linksOf(objectsOf(environment)).map(({ from, to, ports }) =>
      `${from.name} ${to.name} ${ports}`.replaceAll(environment, ''),
    );
  expect(shape('staging')).toEqual(shape('production'));
  expect(shape('staging')).not.toHaveLength(0);
});

test('a connection stands once, though both ends state it, with all its ports', () => {
  const links = linksOf(objectsOf('production'));
  const found = (from: string, to: string) => links.filter((link) => link.from.name === from && link.to.name === to);
  expect(found('veza-backend-api', 'postgres').map(({ ports }) => ports)).toEqual([['5432']]);
  expect(found('veza-backend-api', 'internet').map(({ ports }) => ports)).toEqual([['443', '587']]);
  const hosts = subdomains.map((subdomain) => `${subdomain}.${production.domain}`);
  expect(found('world', 'ingress-nginx').map(({ from }) => from.meaning)).toEqual([`clients of ${hosts.join(', ')}`]);
  expect(found('chat', 'internet')).toEqual([]);
});

test('what every place in a box does alike is drawn once, from the box', () => {
  const place = (name: string, kind: TopologyNode['kind']): TopologyNode => ({ name, meaning: '', kind });
  const [a, b, store, world] = [
    place('a', 'service'),
    place('b', 'service'),
    place('db', 'store'),
    place('world', 'outside'),
  ];
  const links: TopologyEdge[] = [
    { from: world, to: a, ports: ['80'] },
    { from: a, to: store, ports: ['5432'] },
    { from: b, to: store, ports: ['5432'] },
    { from: a, to: world, ports: ['443'] },
  ];
  expect(mermaid(links, 'space')).toBe(`flowchart LR
  world([world])
  subgraph pods [space]
    subgraph services [services]
      a[a]
      b[b]
    end
    subgraph stores [data stores]
      db[(db)]
    end
  end
  world -->|80| a
  services -->|5432| db
  a -->|443| world
`);
});

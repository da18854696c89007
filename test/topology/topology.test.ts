import { nameEnvironmentFiles } from '../../lib/synth/environment-charts';
import type { TopologyEdge, TopologyNode } from '../../lib/topology/edges';
import { drawMermaid } from '../../lib/topology/mermaid';
import { readTopology, writeTopologyPage } from '../../lib/topology/topology';
import { production as ours } from '../../lib/veza/environments/production';
import { production } from '../support/environments/production';
import { expectCommitted } from '../support/golden';
import { knownManifests } from '../support/known-manifests';
import { distFolder, readManifests } from '../support/manifests';
import { subdomains } from '../support/own-platform';

function objectsOf(file: string): readonly unknown[] {
  return knownManifests.get(`${file}.k8s.yaml`) ?? [];
}

test('docs/topology.md shows the connections that dist/ allows, in each namespace', () => {
  const dist = readManifests(distFolder);
  const sources = nameEnvironmentFiles(ours).flatMap((name) => {
    const file = `${name}.k8s.yaml`;
    const objects = dist.get(file) ?? [];
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
    return namespaces.map(({ metadata }) => ({ file, namespace: metadata.name, objects }));
  });
  expect(sources[0]?.namespace).toBe(ours.namespace);
  expectCommitted({ 'docs/topology.md': writeTopologyPage(ours.name, sources) });
});

test('log lines go from the collectors to Loki, and Grafana reads them there', () => {
  const edges = (file: string) =>
    readTopology(objectsOf(file)).map(({ from, to, ports }) => `${from.name} ${to.name} ${ports}`);
  expect(edges('production-logs')).toContain('fluent-bit veza-production-monitoring 3100');
  expect(edges('production-monitoring')).toEqual(
    expect.arrayContaining(['veza-production-logs loki 3100', 'grafana loki 3100']),
  );
});

test('an empty box is not drawn, and a name that would end a statement is in quotes', () => {
  const outside = { name: '10.0.0.0/8; 172.16.0.0/12', meaning: '', kind: 'outside' } as const;
  const pod = { name: 'collector', meaning: '', kind: 'service' } as const;
  const drawn = drawMermaid([{ from: pod, to: outside, ports: ['443'] }], 'space');
  expect(drawn).toContain('(["10.0.0.0/8; 172.16.0.0/12"])');
  expect(drawn).not.toContain('data stores');
});

test('staging has the same shape as production, but for the stores', () => {
  const shape = (environment: string) =>
    readTopology(objectsOf(environment))
      .map(({ from, to, ports }) => `${from.name} ${to.name} ${ports}`.replaceAll(environment, ''))
      .filter((edge) => !/\b(postgres|redis)/.test(edge));
  expect(shape('staging')).toEqual(shape('production'));
  expect(shape('staging')).not.toHaveLength(0);
});

test('a connection that both ends state is listed once, with all its ports', () => {
  const edges = readTopology(objectsOf('production'));
  const found = (from: string, to: string) => edges.filter((edge) => edge.from.name === from && edge.to.name === to);
  expect(found('veza-backend-api', 'postgres-cluster').map(({ ports }) => ports)).toEqual([['5432']]);
  expect(found('veza-backend-api', 'internet').map(({ ports }) => ports)).toEqual([['443', '587']]);
  const hosts = subdomains.map((subdomain) => `${subdomain}.${production.domain}`);
  expect(found('world', 'ingress-nginx').map(({ from }) => from.meaning)).toEqual([`clients of ${hosts.join(', ')}`]);
  expect(found('chat', 'internet')).toEqual([]);
});

test('an arrow that all nodes of a box share is drawn once, from the box', () => {
  const node = (name: string, kind: TopologyNode['kind']): TopologyNode => ({ name, meaning: '', kind });
  const [a, b, store, world] = [
    node('a', 'service'),
    node('b', 'service'),
    node('db', 'store'),
    node('world', 'outside'),
  ];
  const edges: TopologyEdge[] = [
    { from: world, to: a, ports: ['80'] },
    { from: a, to: store, ports: ['5432'] },
    { from: b, to: store, ports: ['5432'] },
    { from: a, to: world, ports: ['443'] },
  ];
  expect(drawMermaid(edges, 'space')).toBe(`flowchart LR
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

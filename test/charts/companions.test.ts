import { addCompanions, describeCompanions } from '../../lib/charts/companions';
import type { Environment } from '../../lib/platform/environment';
import { definePlatform, type Platform } from '../../lib/platform/platform';
import { staging } from '../support/environments/staging';
import { operatorMonitoring } from '../support/operated';
import { catalog, namespaceScope, shop, shopTest } from '../support/shop';
import { synthesized } from '../support/synth';

const exposure = {
  subdomain: 'www',
  servicePort: 'http',
  maxBodySize: '1Mi',
  idleTimeout: 60,
  connectTimeout: 5,
  buffering: true,
  limits: 'none',
  smoke: [],
} as const;
const open = definePlatform({ ...shop, services: [{ ...catalog, exposure }] });
const monitoring = { ...operatorMonitoring, priority: 50, objectives: { catalog: 99 } };
const operated: Environment<typeof shop> = { ...shopTest, monitoring };

function namesOf(platform: Platform, environment: Environment<typeof shop>): string[] {
  return describeCompanions(platform, environment, []).workloads.map(({ peer }) => peer.name);
}

test('servers of the environment itself need no companions', () => {
  expect(describeCompanions(open, shopTest, [])).toEqual({ workloads: [], connections: [] });
  expect(synthesized((scope) => addCompanions(scope, open, shopTest, namespaceScope))).toEqual([]);
});

test('public hosts are probed, and logs are kept; without both there is nothing', () => {
  expect(namesOf(open, operated)).toEqual(['blackbox-exporter']);
  expect(namesOf(shop, operated)).toEqual([]);
  expect(namesOf(shop, { ...operated, logs: staging.logs })).toEqual(['loki']);
});

test('the prober reaches the internet and where the public hosts are served', () => {
  const served = {
    peer: { kind: 'network', name: 'edge', blocks: [] },
    ports: [{ port: 443, protocol: 'TCP' }],
  } as const;
  const { connections } = describeCompanions(open, operated, [served]);
  expect(connections.map(({ from, to }) => [from.name, to.name])).toEqual([
    ['blackbox-exporter', 'internet'],
    ['blackbox-exporter', 'edge'],
  ]);
});

test('the priority of companions is part of the name of their class', () => {
  const made = synthesized((scope) => addCompanions(scope, open, operated, namespaceScope));
  const [priority] = made.filter(({ kind }) => kind === 'PriorityClass');
  expect(priority).toMatchObject({ metadata: { name: 'shop-test-monitoring-50' }, value: 50 });
  expect(synthesized((scope) => addCompanions(scope, shop, operated, namespaceScope))).toEqual([]);
});

import { describeExtendedServers, extendUsages, listExtendedConnections } from '../../lib/charts/extension-effects';
import { makePodUsage, makeSmallResources } from '../../lib/constructs/kubernetes/resources';
import { tcp, workload } from '../../lib/constructs/network/well-known-peers';
import type { PodExtension } from '../../lib/platform/settings/extensions';
import { shop, shopTest } from '../support/shop';

const resources = makeSmallResources('10m', '16Mi');
const extra = { name: 'proxy', image: 'registry.test/proxy:v1', uid: 1000, resources };
const outside = { name: 'partner', cidrs: ['192.0.2.1/32'], ports: [8443] };

test('what is added to a pod counts for its workload alone', () => {
  const usages = [makePodUsage('shop-catalog', 3, [resources]), makePodUsage('other', 1, [resources])];
  const pod: PodExtension = { sidecars: [extra], initContainers: [extra, extra] };
  const [catalog, other] = extendUsages(usages, [{ workload: 'shop-catalog', pod }]);
  expect([catalog?.containers.length, catalog?.initContainers.length]).toEqual([2, 2]);
  expect(other).toEqual(usages[1]);
});

test('calls go to a peer by its name, or to addresses; what is allowed already is not added', () => {
  const cache = { peer: workload('redis'), ports: [tcp(6379)] };
  const callers = [{ workload: 'shop-catalog', calls: ['cache', outside] }];
  const [toCache, toPartner, ...more] = listExtendedConnections(callers, [], () => cache);
  expect(more).toEqual([]);
  expect(toCache).toEqual({ from: workload('shop-catalog'), to: cache.peer, ports: cache.ports });
  expect(toPartner?.to).toMatchObject({ kind: 'network', name: 'partner', blocks: [{ cidr: '192.0.2.1/32' }] });
  expect(toPartner?.ports).toEqual([tcp(8443)]);
  const known = toCache === undefined ? [] : [toCache];
  expect(listExtendedConnections(callers, known, () => cache)).toEqual([toPartner]);
});

test('servers beside the services reach the internet and the Kubernetes API, and keep what they have', () => {
  const namespace = 'shop-test-monitoring';
  const extensions = [
    {
      target: { kind: 'StatefulSet', name: 'grafana', namespace },
      pod: { calls: ['https', 'kubernetes-api'] as const },
    },
    { target: { kind: 'Deployment', name: 'shop-catalog' }, pod: { calls: ['https'] as const } },
  ];
  const known = [{ from: workload('grafana'), to: workload('prometheus'), ports: [tcp(9090)] }];
  const { pods, connections } = describeExtendedServers(shop, { ...shopTest, extensions }, namespace, known);
  expect(pods.map(({ workload }) => workload)).toEqual(['grafana']);
  expect(connections.map(({ to }) => to.name)).toEqual(['prometheus', 'internet', 'Kubernetes API']);
  expect(describeExtendedServers(shop, shopTest, namespace, known)).toEqual({ pods: [], connections: known });
});

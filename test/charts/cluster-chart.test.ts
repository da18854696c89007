import { ClusterChart } from '../../lib/charts/cluster-chart';
import { ValidationError } from '../../lib/platform/errors';
import { idOf, type Manifest } from '../support/manifests';
import { synthesized } from '../support/synth';

function objectsOf(cluster: { readonly namespace: string; readonly maximumNodes: number }): Manifest[] {
  const objects: Manifest[] = [];
  synthesized((scope) => {
    objects.push(...new ClusterChart(scope, 'cluster', { platform: 'shop', cluster }).toJson());
  });
  return objects;
}

test('the node-exporter has a namespace of its own, which is guarded before it comes', () => {
  const objects = objectsOf({ namespace: 'nodes', maximumNodes: 3 });
  expect(objects.map(idOf)).toStrictEqual([
    'Namespace/nodes',
    'NetworkPolicy/default-deny',
    'ResourceQuota/shop-quota',
    'LimitRange/shop-limits',
    'ServiceAccount/node-exporter',
    'ResourceQuota/critical-pods',
    'DaemonSet/node-exporter',
  ]);
});

test('its quota holds a pod for each node', () => {
  const quota = objectsOf({ namespace: 'nodes', maximumNodes: 3 }).find(({ kind }) => kind === 'ResourceQuota');
  // 3 x 100m, 64 Mi and 32 Mi
  expect(quota?.spec?.hard).toMatchObject({
    pods: '3',
    'requests.cpu': '300m',
    'limits.memory': '192Mi',
    'limits.ephemeral-storage': '96Mi',
  });
});

test('a cluster that cannot be is refused', () => {
  expect(() => objectsOf({ namespace: 'nodes', maximumNodes: 0 })).toThrow(
    new ValidationError(['cluster.maximumNodes: 0: use a whole number of 1 or more']),
  );
});

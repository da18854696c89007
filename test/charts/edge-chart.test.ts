import { EdgeChart } from '../../lib/charts/edge-chart';
import type { Environment } from '../../lib/platform/environment';
import { gatewayOfKind } from '../support/edges';
import { idOf, type Manifest } from '../support/manifests';
import { shop, shopTest } from '../support/shop';
import { synthesized } from '../support/synth';

const gateway = gatewayOfKind('portable');

function objectsOf(environment: Environment<typeof shop>): Manifest[] {
  const objects: Manifest[] = [];
  synthesized((scope) => {
    objects.push(...new EdgeChart(scope, 'edge', { platform: shop, environment, gateway }).toJson());
  });
  return objects;
}

test('a Gateway has a namespace of its own, in which others may run pods', () => {
  const objects = objectsOf({ ...shopTest, edge: gateway });
  expect(objects[0]).toMatchObject({
    kind: 'Namespace',
    metadata: { name: 'shop-test-edge', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
  });
  expect(objects.map(idOf)).not.toContain('NetworkPolicy/default-deny');
  expect(objects.map(idOf)).toContain('Gateway/shop');
});

test('only servers of the environment itself are let in to find its pods', () => {
  const ids = (monitoring: Environment<typeof shop>['monitoring']) =>
    objectsOf({ ...shopTest, edge: gateway, monitoring }).map(idOf);
  expect(ids(shopTest.monitoring)).toContain('Role/prometheus');
  expect(ids({ kind: 'none' })).not.toContain('Role/prometheus');
});

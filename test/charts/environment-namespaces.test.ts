import { addNamespace, makeNamespaceScope } from '../../lib/charts/environment-namespaces';
import { shop, shopTest } from '../support/shop';
import { synthesized } from '../support/synth';

test('a namespace states how releases reach it, and its last day', () => {
  const environment = { ...shopTest, expires: '2026-12-31' };
  const scopes: object[] = [];
  const [namespace] = synthesized((scope) => {
    scopes.push(addNamespace(scope, shop, environment, 'privileged', 'shop-test-logs'));
  });
  expect(scopes).toEqual([{ namespace: 'shop-test-logs', platform: 'shop', environment: 'test' }]);
  expect(namespace?.metadata).toMatchObject({
    name: 'shop-test-logs',
    labels: { 'veza.app/expires': '2026-12-31', 'pod-security.kubernetes.io/enforce': 'privileged' },
    annotations: { 'veza.app/delivery': 'apply' },
  });
});

test('objects are in the namespace of the services unless another is named', () => {
  expect(makeNamespaceScope(shop, shopTest).namespace).toBe('shop-test');
  expect(makeNamespaceScope(shop, shopTest, 'other').namespace).toBe('other');
});

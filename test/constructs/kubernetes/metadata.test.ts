import {
  labelRelease,
  labelWorkload,
  makeMetadata,
  makePlatformMetadata,
  selectWorkload,
} from '../../../lib/constructs/kubernetes/metadata';
import { namespaceScope } from '../../support/shop';

const identity = { ...namespaceScope, name: 'shop-catalog', component: 'api' };

test('a selector has the one label that no release changes', () => {
  expect(selectWorkload(identity)).toStrictEqual({ app: 'shop-catalog' });
});

test('a workload carries its selector and the recommended labels', () => {
  expect(labelWorkload(identity)).toStrictEqual({
    app: 'shop-catalog',
    'app.kubernetes.io/name': 'shop-catalog',
    'app.kubernetes.io/instance': 'shop-catalog',
    'app.kubernetes.io/component': 'api',
    'app.kubernetes.io/part-of': 'shop',
    'app.kubernetes.io/managed-by': 'cdk8s',
    environment: 'test',
  });
});

test('a version stands under both of its labels', () => {
  expect(labelRelease('v1.2.3')).toStrictEqual({ version: 'v1.2.3', 'app.kubernetes.io/version': 'v1.2.3' });
});

test('metadata names the namespace', () => {
  expect(makeMetadata(identity)).toMatchObject({ name: 'shop-catalog', namespace: 'shop-test' });
  expect(makeMetadata(identity, 'other')).toMatchObject({
    name: 'other',
    labels: labelWorkload(identity),
  });
  expect(makePlatformMetadata(namespaceScope, 'shop-config')).toStrictEqual({
    name: 'shop-config',
    namespace: 'shop-test',
    labels: { 'app.kubernetes.io/part-of': 'shop', 'app.kubernetes.io/managed-by': 'cdk8s', environment: 'test' },
  });
});

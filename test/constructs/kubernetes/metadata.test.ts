import {
  platformMetadata,
  selectorLabels,
  versionLabels,
  workloadLabels,
  workloadMetadata,
} from '../../../lib/constructs/kubernetes/metadata';
import { namespaceScope } from '../../support/shop';

const identity = { ...namespaceScope, name: 'shop-catalog', component: 'api' };

test('a selector has the one label that no release changes', () => {
  expect(selectorLabels(identity)).toStrictEqual({ app: 'shop-catalog' });
});

test('a workload carries its selector and the recommended labels', () => {
  expect(workloadLabels(identity)).toStrictEqual({
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
  expect(versionLabels('v1.2.3')).toStrictEqual({ version: 'v1.2.3', 'app.kubernetes.io/version': 'v1.2.3' });
});

test('metadata names the namespace', () => {
  expect(workloadMetadata(identity)).toMatchObject({ name: 'shop-catalog', namespace: 'shop-test' });
  expect(workloadMetadata(identity, 'other')).toMatchObject({ name: 'other', labels: workloadLabels(identity) });
  expect(platformMetadata(namespaceScope, 'shop-config')).toStrictEqual({
    name: 'shop-config',
    namespace: 'shop-test',
    labels: { 'app.kubernetes.io/part-of': 'shop', 'app.kubernetes.io/managed-by': 'cdk8s', environment: 'test' },
  });
});

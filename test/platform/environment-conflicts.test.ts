import { findEnvironmentConflicts } from '../../lib/platform/environment-conflicts';
import { shopTest } from '../support/shop';

const other = { ...shopTest, name: 'other', namespace: 'other', domain: 'other.test' };

test('environments that share nothing are no problem', () => {
  expect(findEnvironmentConflicts([shopTest, other], { namespace: 'nodes', maximumNodes: 1 })).toStrictEqual([]);
});

test.each([
  ['name', 'test'],
  ['domain', 'shop.test'],
])('two environments may not share a %s', (field, value) => {
  const environments = [shopTest, { ...other, [field]: value }];
  const owner = field === 'name' ? 'test' : 'other';
  expect(findEnvironmentConflicts(environments, 'none')).toStrictEqual([
    `${owner}.${field}: "${value}": is test's already; choose another`,
  ]);
});

test('two environments may not share a namespace, nor that of their monitoring', () => {
  expect(findEnvironmentConflicts([shopTest, { ...other, namespace: 'shop-test' }], 'none')).toStrictEqual([
    'other.namespace: "shop-test": is test\'s already; choose another',
    'other.namespace: "shop-test-monitoring": is test\'s already; choose another',
    'other.namespace: "shop-test-logs": is test\'s already; choose another',
    'other.namespace: "shop-test-edge": is test\'s already; choose another',
  ]);
});

test('an environment may not have the namespace of the monitoring of another', () => {
  expect(findEnvironmentConflicts([shopTest, { ...other, namespace: 'shop-test-monitoring' }], 'none')).toStrictEqual([
    'other.namespace: "shop-test-monitoring": is test\'s already; choose another',
  ]);
});

test.each(['shop-test', 'shop-test-monitoring'])('the cluster may not have the namespace %s', (namespace) => {
  expect(findEnvironmentConflicts([shopTest, other], { namespace, maximumNodes: 1 })).toStrictEqual([
    `cluster.namespace: "${namespace}": is test's already; choose another`,
  ]);
});

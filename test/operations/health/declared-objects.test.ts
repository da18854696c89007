import type { KubernetesObject } from '../../../lib/cluster/kubernetes-client';
import { Manifest } from '../../../lib/manifests/manifest';
import { checkDeclaredObjects } from '../../../lib/operations/health/declared-objects';
import { ago, object } from './cluster';

const config = object('ConfigMap', 'config', {});
const policy = object('NetworkPolicy', 'default-deny', {});
const role = object('ClusterRole', 'shop', { metadata: { namespace: undefined } });

const rows = (expected: readonly KubernetesObject[], declared: readonly KubernetesObject[]) =>
  checkDeclaredObjects({
    now: 0,
    expected: expected.map((each) => new Manifest(each)),
    declared,
    found: [],
    certificates: [],
    databaseObjects: [],
  }).map((row) => `${row.state} ${row.object}: ${row.detail}`);

test('existing objects are counted per namespace, and for the cluster', () => {
  expect(rows([config, policy, role], [config, policy, role])).toEqual([
    'ok shop: all 2 declared objects exist',
    'ok the whole cluster: all 1 declared objects exist',
  ]);
});

test('a missing object is a row, whatever its kind, and so is one that is being deleted', () => {
  const leaving = object('ConfigMap', 'config', { metadata: { deletionTimestamp: ago(1) } });
  expect(rows([config, policy], [leaving])).toEqual([
    'failed shop ConfigMap/config: is being deleted, and will be gone once nothing uses it; kubectl describe -n shop configmap config',
    'failed shop NetworkPolicy/default-deny: is declared but does not exist; deploy the environment',
  ]);
  expect(rows([config, role], [config])).toEqual([
    'ok shop: all 1 declared objects exist',
    'failed the whole cluster: none of 1 declared objects exists; was it ever deployed?',
  ]);
});

test('an object of the same name and another kind does not count', () => {
  expect(rows([config, policy], [config, object('ConfigMap', 'default-deny', {})])).toEqual([
    'failed shop NetworkPolicy/default-deny: is declared but does not exist; deploy the environment',
  ]);
});

test('an environment that was never deployed is one row per namespace', () => {
  expect(rows([config, policy], [])).toEqual(['failed shop: none of 2 declared objects exists; was it ever deployed?']);
});

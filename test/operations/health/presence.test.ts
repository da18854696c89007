import type { KubernetesObject } from '../../../lib/cluster/kubectl';
import { Manifest } from '../../../lib/manifests/manifest';
import { missingObjects } from '../../../lib/operations/health/workloads';
import { ago, object } from './cluster';

const config = object('ConfigMap', 'config', {});
const policy = object('NetworkPolicy', 'default-deny', {});
const role = object('ClusterRole', 'shop', { metadata: { namespace: undefined } });

const rows = (expected: readonly KubernetesObject[], declared: readonly KubernetesObject[]) =>
  missingObjects({
    now: 0,
    expected: expected.map((each) => new Manifest(each)),
    declared,
    found: [],
    certificates: [],
  }).map((row) => `${row.state} ${row.object}: ${row.detail}`);

test('what is there is counted for each namespace, and for the cluster', () => {
  expect(rows([config, policy, role], [config, policy, role])).toEqual([
    'ok shop: has all of its 2 declared objects',
    'ok the whole cluster: has all of its 1 declared objects',
  ]);
});

test('what is gone is a row, whatever its kind, and so is what is being deleted', () => {
  const leaving = object('ConfigMap', 'config', { metadata: { deletionTimestamp: ago(1) } });
  expect(rows([config, policy], [leaving])).toEqual([
    'bad shop ConfigMap/config: is being deleted, and goes once nothing uses it any more; kubectl describe -n shop configmap config',
    'bad shop NetworkPolicy/default-deny: is declared and does not exist; deploy the environment',
  ]);
  expect(rows([config, role], [config])).toEqual([
    'ok shop: has all of its 1 declared objects',
    'bad the whole cluster: has none of its 1 declared objects: was it ever deployed?',
  ]);
});

test('an object of the same name of another kind is another one', () => {
  expect(rows([config, policy], [config, object('ConfigMap', 'default-deny', {})])).toEqual([
    'bad shop NetworkPolicy/default-deny: is declared and does not exist; deploy the environment',
  ]);
});

test('nothing that is declared was ever deployed', () => {
  expect(rows([config, policy], [])).toEqual(['bad shop: has none of its 2 declared objects: was it ever deployed?']);
});

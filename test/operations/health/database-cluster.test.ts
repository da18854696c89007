import type { KubernetesObject } from '../../../lib/cluster/kubernetes-client';
import { checkDatabaseCluster } from '../../../lib/operations/health/database-cluster';
import type { Snapshot } from '../../../lib/operations/health/snapshot';
import { clustered } from '../../support/clustered';
import { staging } from '../../support/environments/staging';
import { ago, object, snapshot } from './cluster';

const archiving = (status: string, message = '') => ({ type: 'ContinuousArchiving', status, message });
const ready = (minutes: number) => ({ type: 'Ready', status: 'False', lastTransitionTime: ago(minutes) });
const cluster = (status: object, name = 'postgres-cluster') =>
  object('Cluster', name, { spec: { instances: 3 }, status, metadata: { creationTimestamp: ago(600) } });
const healthy = cluster({
  readyInstances: 3,
  currentPrimary: 'postgres-cluster-1',
  conditions: [archiving('True')],
});
const backup = (phase: string, hours: number, of = 'postgres-cluster', error?: string) =>
  object('Backup', `${phase}-${hours}`, {
    spec: { cluster: { name: of } },
    status: { phase, stoppedAt: ago(hours * 60), error },
    metadata: { creationTimestamp: ago(hours * 60 + 1) },
  });

function states(objects: readonly KubernetesObject[] | 'unknown kind', environment = clustered): string[] {
  const found = checkDatabaseCluster(environment)(snapshot([], [], [], objects as Snapshot['databaseObjects']));
  return found.map(({ state, detail }) => `${state}: ${detail}`);
}

test('another kind of database has no row', () => {
  expect(states([healthy], staging)).toEqual([]);
});

test('a healthy cluster says who is the primary and how old the base backup is', () => {
  expect(states([healthy, backup('completed', 3)])).toEqual([
    'ok: 3 of 3 servers are ready, primary postgres-cluster-1',
    'ok: its write-ahead log reaches the bucket',
    'ok: latest base backup 3 h ago, maximum 26 h',
  ]);
});

test.each([
  ['no operator', 'unknown kind' as const, 'failed: the cluster has no kind Cluster'],
  ['no Cluster', [], 'failed: does not exist; deploy it'],
  ['only another Cluster', [cluster({}, 'postgres-cluster-2')], 'failed: does not exist'],
  ['a Cluster that has just been made', [cluster({ conditions: [ready(2)] })], 'failed: 0 of 3 servers are ready'],
  ['a server that is being made', [cluster({ readyInstances: 2, conditions: [ready(2)] })], 'warning: 2 of 3 servers'],
  ['a server that stays away', [cluster({ readyInstances: 2, conditions: [ready(60)] })], 'failed: 2 of 3 servers'],
  [
    'an archive that fails',
    [cluster({ readyInstances: 3, conditions: [archiving('False', 'AccessDenied')] })],
    'failed: its write-ahead log does not reach the bucket: AccessDenied',
  ],
  [
    'an archive that has not begun',
    [cluster({ readyInstances: 3 })],
    'warning: has not archived its write-ahead log yet',
  ],
  ['no base backup', [healthy], 'failed: has no base backup'],
  ['an old base backup', [healthy, backup('completed', 30)], 'failed: latest base backup 30 h ago, maximum 26 h'],
  [
    'a base backup that failed since',
    [healthy, backup('completed', 3), backup('failed', 1, 'postgres-cluster', 'NoSuchBucket')],
    'failed: the latest base backup failed: NoSuchBucket',
  ],
  ['base backups of another Cluster', [healthy, backup('completed', 3, 'other')], 'failed: has no base backup'],
])('%s is noticed', (_, objects, row) => {
  expect(states(objects).filter((line) => line.startsWith(row))).toHaveLength(1);
});

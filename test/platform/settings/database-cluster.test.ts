import { findSchemaProblems } from '../../../lib/platform/errors';
import { databaseSchema } from '../../../lib/platform/settings/database';
import { changed } from '../../support/changed';
import { databaseCluster } from '../../support/clustered';

function problems(value: unknown): string[] {
  return findSchemaProblems(databaseSchema, value, 'database');
}

test('takes a cluster, empty or recovered', () => {
  const start = { kind: 'recovery', from: 'postgres-cluster', time: '2026-11-29T01:15:00Z' };
  expect(problems(databaseCluster)).toEqual([]);
  expect(problems({ ...databaseCluster, cluster: 'postgres-cluster-20261129t0115', start })).toEqual([]);
});

test.each([
  ['instances', 2, 'use a whole number of 3 or more: with fewer, one lost server stops all writes'],
  ['cluster', 'a-name-that-is-longer-than-it-may-be', 'use at most 32 characters'],
  ['archive.keepDays', 0, 'use a whole number of 1 or more'],
  [
    'archive.maxAgeHours',
    24,
    'is no more than the 24 hours that the schedule leaves between two base backups; raise it',
  ],
  ['backup.offsite', { kind: 'none' }, 'leaves the archive of the cluster without a place; state a bucket, or use'],
  ['resources.requests.memory', '64Mi', 'is below the 256Mi of shared_buffers; ask for more'],
  ['resources.limits.memory', '64Mi', 'is below the'],
  ['backup.storage.size', '1Gi', 'of which it holds a restored copy'],
  ['start', { kind: 'recovery', from: 'postgres-cluster', time: '2026-11-29T01:15:00Z' }, 'is the Cluster itself'],
  ['start', { kind: 'recovery', from: 'other', time: 'yesterday' }, 'use RFC 3339 and UTC'],
])('refuses %s %j', (path, value, remedy) => {
  const found = problems(changed(databaseCluster, path, value));
  expect(found.filter((problem) => problem.includes(remedy))).toHaveLength(1);
});

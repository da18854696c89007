import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeClusterParameters } from '../../../lib/constructs/database-cluster/cluster-spec';
import { databaseCluster } from '../../support/clustered';

const owned = readFileSync(join(__dirname, '../../fixtures/cloudnative-pg-parameters.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

test('no parameter is one that the operator refuses', () => {
  expect(owned).toEqual(expect.arrayContaining(['listen_addresses', 'port', 'ssl', 'archive_command', 'hba_file']));
  expect(Object.keys(makeClusterParameters(databaseCluster)).filter((name) => owned.includes(name))).toEqual([]);
});

test('every parameter is text, as the kind wants it', () => {
  expect(Object.values(makeClusterParameters(databaseCluster)).map((value) => typeof value)).not.toContain('number');
});

test.each([
  ['5Gi', '3072MB'],
  ['1Gi', '614MB'],
])('a standby that is away keeps no more of the log than fits on a volume of %s', (size, limit) => {
  const walStorage = { ...databaseCluster.walStorage, size };
  expect(makeClusterParameters({ ...databaseCluster, walStorage }).max_slot_wal_keep_size).toBe(limit);
});

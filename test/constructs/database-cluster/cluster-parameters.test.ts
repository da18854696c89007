import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterParameters } from '../../../lib/constructs/database-cluster/cluster-spec';
import { defaultParameters } from '../../../lib/platform/settings/postgres-parameters';

const owned = readFileSync(join(__dirname, '../../fixtures/cloudnative-pg-parameters.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

test('no parameter is one that the operator refuses', () => {
  expect(owned).toEqual(expect.arrayContaining(['listen_addresses', 'port', 'ssl', 'archive_command', 'hba_file']));
  expect(Object.keys(clusterParameters(defaultParameters)).filter((name) => owned.includes(name))).toEqual([]);
});

test('every parameter is text, as the kind wants it', () => {
  expect(Object.values(clusterParameters(defaultParameters)).map((value) => typeof value)).not.toContain('number');
});

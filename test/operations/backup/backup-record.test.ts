import { parseBackupName, parseRecords } from '../../../lib/operations/backup/backup-record';
import { UsageError } from '../../../lib/platform/errors';
import { record } from '../../support/backup-fixtures';

test('records are parsed among other lines, which are skipped', () => {
  const lines = ['pg_restore: done', '{', '{}', '7', JSON.stringify(record), JSON.stringify({ ...record, rows: -1 })];
  expect(parseRecords(lines.join('\n'))).toEqual([record]);
});

test.each([
  '',
  'latest',
  '20261125T021500',
  '20261125t021500z',
  '20261125T021500Z/..',
  ' 20261125T021500Z',
  '20261125T021500Z\n',
])('%j is not the name of a backup', (name) => {
  expect(() => parseBackupName(name, 'staging')).toThrow(UsageError);
});

test('the name of a record is the name of a backup', () => {
  expect(() => parseBackupName(record.name, 'staging')).not.toThrow();
});

import { spawnSync } from 'node:child_process';
import { backupConfiguration } from '../../../../lib/constructs/postgres/backup/backup-configuration';
import { seriesOf } from '../../../../lib/lint/monitoring/exporter';
import { exporters } from '../../../../lib/lint/monitoring/exporters';

const scripts = Object.entries(backupConfiguration).filter(([name]) => name.endsWith('.sh'));

test('the files are these', () => {
  expect(Object.keys(backupConfiguration)).toStrictEqual([
    'backup.sh',
    'steps.sh',
    'read.sh',
    'missing.sh',
    'archive.sh',
    'scratch.sh',
    'record.sh',
    'publish.sh',
    'retention.sh',
    'create.sh',
    'restore.sh',
    'metrics.sh',
    'tables.sql',
    'omitted.sql',
    'roles.sql',
    'create-database.sql',
    'make-roles.sql',
    'apply-roles.sql',
    'exchange.sql',
    'users',
  ]);
  expect(backupConfiguration.users).toBe('backup:x:10005:10005::/:/usr/sbin/nologin\n');
});

test.each(scripts)('bash can read %s', (_name, script) => {
  expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test('every part and every file of SQL that a script names is there', () => {
  const text = scripts.map(([, script]) => script).join('');
  const [, parts = ''] = /for part in ([^;]*);/.exec(text) ?? [];
  const named = [...parts.split(' ').map((part) => `${part}.sh`), ...(text.match(/(?<=\$here\/)[\w-]+\.sql/g) ?? [])];
  expect([...new Set(named)].sort()).toStrictEqual(
    Object.keys(backupConfiguration)
      .filter((name) => !['backup.sh', 'users'].includes(name))
      .sort(),
  );
});

test('the metrics are those that the integrity rules know', () => {
  const written = backupConfiguration['metrics.sh']?.match(/postgres_backup_\w+/g) ?? [];
  const known = seriesOf(exporters.find(({ program }) => program.test('postgres-backup-store'))?.metrics ?? {});
  expect([...written].sort()).toStrictEqual(known.filter((name) => name.startsWith('postgres_backup_')).sort());
  expect(written).toHaveLength(8);
});

import { writeBackupConfiguration } from '../../../../lib/constructs/postgres/backup/backup-configuration';
import { exporters, seriesOf } from '../../../../lib/lint/monitoring/exporters';

const files = writeBackupConfiguration();
/** Programs of PostgreSQL that the scripts run. */
const programs = ['pg_dump', 'pg_restore', 'pg_ctl'];

const scripts = Object.entries(files).filter(([name]) => name.endsWith('.sh'));

test('the files are these', () => {
  expect(Object.keys(files)).toStrictEqual([
    'backup.sh',
    'steps.sh',
    'read.sh',
    'missing.sh',
    'archive.sh',
    'verification-server.sh',
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
    'swap.sql',
    'make-roles.sql',
    'apply-roles.sql',
    'users',
  ]);
  expect(files.users).toBe('backup:x:10005:10005::/:/usr/sbin/nologin\n');
});

test('every part and every SQL file that a script uses is mounted with it', () => {
  const text = scripts.map(([, script]) => script).join('');
  const used = text.match(/(?<=\$here\/)[\w-]+\.(sh|sql)/g) ?? [];
  expect([...new Set(used)].sort()).toStrictEqual(
    Object.keys(files)
      .filter((name) => !['backup.sh', 'users'].includes(name))
      .sort(),
  );
});

test('every function that a script calls is defined, and every one that is defined is used', () => {
  const text = scripts.map(([, script]) => script).join('');
  const defined = [...text.matchAll(/^(\w+)\(\) [({]$/gm)].map(([, name = '']) => name);
  expect(defined.length).toBeGreaterThan(40);
  expect(defined.filter((name) => (text.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length < 2)).toEqual([]);
  const calls = /(?<=^\s*(?:run )?|[|;&] |! |\$\(|then |do )([a-z]+_[a-z_]+)(?= |$|\)|;)(?! = )/gm;
  const called = [...text.replaceAll(/'[^']*'/g, "''").matchAll(calls)].map(([, name = '']) => name);
  expect([...new Set(called)].filter((name) => !defined.includes(name) && !programs.includes(name))).toEqual([]);
});

test('the metrics are those that the integrity rules know', () => {
  const written = files['metrics.sh']?.match(/postgres_backup_\w+/g) ?? [];
  const known = [...seriesOf(exporters.find(({ program }) => program.test('postgres-backup-store'))?.metrics ?? {})];
  expect([...written].sort()).toStrictEqual(known.filter((name) => name.startsWith('postgres_backup_')).sort());
  expect(written).toHaveLength(8);
});

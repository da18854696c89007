import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writeBackupConfiguration } from '../../../lib/constructs/postgres/backup/backup-configuration';
import { writePostgresConfiguration } from '../../../lib/constructs/postgres/postgres-configuration';
import { readScripts } from '../../../lib/constructs/stateful/script-files';
import { minimumPasswordLength } from '../../../lib/platform/settings/database';
import { project } from '../../support/manifests';
import { bundle, runIn, withFolder } from '../../support/program';
import { database, roles } from './support/stores';

const postgres = join(project, 'lib/constructs/postgres');
const folders = [join(postgres, 'scripts'), join(postgres, 'backup/scripts')] as const;
const mounted = [writePostgresConfiguration(database, roles), writeBackupConfiguration()] as const;

/** Scripts that a container starts. The others are sourced by these. */
const programs = [
  'scripts/initialize.sh',
  'scripts/certificate.sh',
  'scripts/roles.sh',
  'scripts/restore-roles.sh',
  'scripts/fence.sh',
  'scripts/set-aside.sh',
  'backup/scripts/backup.sh',
];

test('every script is one of these programs or is sourced by one', () => {
  const sourced = programs.flatMap((program) =>
    [...readFileSync(join(postgres, program), 'utf8').matchAll(/^ *\. "\$(?:here|\(dirname "\$0"\))\/(.*)"$/gm)].map(
      ([, part = '']) => join(program, '..', part),
    ),
  );
  const scripts = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.sh'))
      .map((file) => relative(postgres, join(folder, file))),
  );
  expect([...new Set([...programs, ...sourced])].sort()).toEqual(scripts.sort());
});

test.each([
  ['sh', 0],
  ['bash', 1],
] as const)('%s can parse the scripts that it runs', (shell, index) => {
  for (const [name, text] of Object.entries(mounted[index]).filter(([name]) => name.endsWith('.sh'))) {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' });
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' });
  }
});

test('every file of the folders is mounted, byte for byte', () => {
  const shared = ['make-roles.sql', 'apply-roles.sql'];
  for (const [index, folder] of folders.entries()) {
    const scripts = Object.entries(mounted[index] ?? {}).filter(([name]) => /\.(sh|sql)$/.test(name));
    const own = scripts.filter(([name]) => index === 0 || !shared.includes(name));
    expect(own.map(([name]) => name).sort()).toEqual(readdirSync(folder).sort());
    for (const [name, text] of own) expect(text).toBe(readFileSync(join(folder, name), 'utf8'));
  }
});

test('a file that is missing is named', () => {
  expect(() => readScripts('constructs/postgres/scripts', ['no.sh'])).toThrow(
    'lib/constructs/postgres/scripts/no.sh was not found in any folder above ',
  );
});

test('the scripts are found by the sources that ts-node runs and by a bundle, from any working directory', () => {
  const source = 'lib/constructs/postgres/backup/backup-configuration.ts';
  const print = (module: string) =>
    `process.stdout.write(JSON.stringify(require(${JSON.stringify(module)}).writeBackupConfiguration()))`;
  const entry = bundle(source);
  const options = JSON.stringify({ cwd: project, projectSearchDir: project });
  const register = `require(${JSON.stringify(join(project, 'node_modules/ts-node'))}).register(${options})`;
  withFolder((folder) => {
    for (const code of [`${register};${print(join(project, source))}`, print(entry)]) {
      const { status, stdout, stderr } = runIn(folder, [process.execPath, '-e', code], {});
      expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
      expect(JSON.parse(stdout.join(''))).toEqual(writeBackupConfiguration());
    }
  });
});

test('the database refuses passwords of the length that a synth and a deploy refuse', () => {
  const script = mounted[0]['reconcile.sh'] ?? '';
  expect(script).toContain(`[ "$(wc -c <"$1")" -lt ${minimumPasswordLength} ]`);
  expect(script).toContain(`has fewer than ${minimumPasswordLength} characters`);
});

test('the fence is closed with the setting and the lock that logins.sql reads', () => {
  const [setting] = /(?<=ALTER DATABASE postgres SET )\S+/.exec(mounted[0]['fence.sh'] ?? '') ?? [];
  expect(mounted[0]['logins.sql']).toContain(`setting ^@ '${setting}='`);
  const lock = "SELECT pg_advisory_lock(hashtext('roles'));\n";
  expect(mounted[0]['fence.sh']?.split(lock)).toHaveLength(3);
  expect(mounted[0]['roles.sql']?.split(lock)).toHaveLength(2);
});

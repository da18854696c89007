import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { project } from '../support/manifests';

// Not part of `npm test`, which needs Node.js alone.

/** Every shell script of the repository's own that is a program. What a program sources is checked with it. */
const programs = ['lib', 'test', '.ci']
  .flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true }).map((file) => join(project, folder, String(file))),
  )
  .filter((file) => file.endsWith('.sh') || file === join(project, '.ci/run'))
  .filter((file) => readFileSync(file, 'utf8').startsWith('#!'))
  .map((file) => relative(project, file));

test('there are programs to check', () => {
  expect(programs).toEqual(expect.arrayContaining(['.ci/run', 'lib/constructs/postgres/backup/scripts/backup.sh']));
});

test.each(programs)('shellcheck finds nothing in %s and what it sources', (program) => {
  const args = ['--external-sources', '--check-sourced', join(project, program)];
  const { status, stdout, stderr, error } = spawnSync('shellcheck', args, {
    cwd: dirname(join(project, program)),
    encoding: 'utf8',
  });
  if (error) throw new Error('this test needs shellcheck: apt-get install shellcheck', { cause: error });
  expect({ status, output: stdout + stderr }).toEqual({ status: 0, output: '' });
});

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../support/manifests';

const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

function veza(...args: readonly string[]): readonly [status: number | null, stderr: string] {
  const { status, stderr } = spawnSync(process.execPath, [join(project, 'bin/veza.js'), ...args], {
    cwd: '/',
    encoding: 'utf8',
  });
  return [status, stderr];
}

const commands = /commands are (.+)\n/.exec(veza()[1])?.[1]?.split(', ') ?? [];

test.each([[[]], [['undeploy']], [['../commands/deploy']]])('%j is wrong usage, which lists the commands', (args) => {
  const [status, stderr] = veza(...args);
  expect([status, stderr]).toStrictEqual([2, expect.stringMatching(/^error: usage: .*; commands are deploy, .+\n$/)]);
});

test('every command is there, and every script that runs one runs it so', () => {
  expect(commands.filter((name) => !existsSync(join(project, 'lib/cli/commands', `${name}.ts`)))).toStrictEqual([]);
  const named = Object.entries(scripts).filter(([, script]) => script.includes('veza.js'));
  expect(named).toStrictEqual(
    expect.arrayContaining(commands.map((name) => [name.replace('-', ':'), `node bin/veza.js ${name}`])),
  );
  expect(named).toHaveLength(commands.length);
});

test('a command runs from any folder, with its own words alone', () => {
  expect(veza('releases', 'prod', '--now')).toStrictEqual([2, expect.stringMatching(/^error: Unknown option '--now'/)]);
  expect(veza('releases', 'nowhere')).toStrictEqual([2, expect.stringMatching(/^error: "nowhere" is no environment/)]);
});

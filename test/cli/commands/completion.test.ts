import { spawnSync } from 'node:child_process';
import { writeCompletion } from '../../../lib/cli/commands/completion';
import { createProgram } from '../../../lib/cli/program';
import { staging } from '../../support/environments/staging';
import { project } from '../../support/manifests';
import { contracts } from '../../support/own-platform';
import { runCli, vezaProject } from '../support/call-veza';

const script = writeCompletion(createProgram(vezaProject), 'bash');

/** What bash offers for the last word of a line, which it has split as readline does. */
function offered(line: string, source = script): string[] {
  const words = line
    .split(/([=:])|\s/)
    .filter((word, index, all) => word !== undefined && (word !== '' || index === all.length - 1));
  const [name = ''] = words;
  const call = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${name} && ((\${#COMPREPLY[@]})) && printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-u', '-c', `${source}\n${call}`, 'bash', ...words], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

test('commands are those that --help lists', async () => {
  const { out } = await runCli(['--help']);
  expect(offered('veza ').sort()).toEqual([...out.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name).sort());
});

test.each<[string, readonly string[]]>([
  ['veza dep', ['deploy']],
  ['veza deploy ', ['staging', 'production']],
  ['veza deploy --yes st', ['staging']],
  ['veza deploy staging ', []],
  ['veza deploy --service ', contracts.map(({ name }) => name)],
  ['veza deploy --service chat-server p', ['production']],
  ['veza deploy staging v1.0.0 --s', ['--service', '--skip-backup']],
  ['veza smoke --base-url http://localhost:8080 st', ['staging']],
  ['veza backup ', ['create', 'list', 'help']],
  ['veza backup list --format ', ['human', 'json']],
  ['veza backup list --format=j', ['json']],
  ['veza backup list --format=', ['human', 'json']],
  ['veza backup list --format=json s', ['staging']],
  ['veza restore staging --to ', []],
  ['veza lint READ', ['README.md']],
  ['veza lint dist READ', ['README.md']],
  ['veza lint --rules ', []],
  ['veza images --pin READ', ['README.md']],
  ['veza help rest', ['restore']],
  ['veza completion ', ['bash', 'zsh', 'fish']],
  ['veza deplyo ', []],
])('bash offers for %j', (line, words) => {
  expect(offered(line)).toEqual(words);
});

test.each([
  [[], []],
  [[{ ...staging, name: 'qa' }], ['qa']],
])('the environments are those of the project', (environments, names) => {
  const other = writeCompletion(createProgram({ ...vezaProject, environments }), 'bash');
  expect(offered('veza deploy ', other)).toEqual(names);
});

test.each([
  ['zsh', /^autoload -Uz compinit bashcompinit\n[\s\S]*\n_veza\(\) \{\n[\s\S]*\ncomplete -F _veza veza\n$/],
  [
    'fish',
    /\n {4}case ' deploy 0'\n {6}string split -- ' ' 'staging production'\n[\s\S]*\ncomplete --command veza .*\n$/,
  ],
])('the command prints the script of %s', async (shell, content) => {
  const { status, out } = await runCli(['completion', shell]);
  expect(status).toBe(0);
  expect(out).toMatch(content);
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandArguments } from '../../lib/cli/arguments';
import { bundle } from '../support/program';

const usage = 'npm run deploy -- <environment> [--dry-run]';
const call = {
  usage,
  positionals: [1, 1],
  options: { 'dry-run': { type: 'boolean' }, yes: { type: 'boolean' }, service: { type: 'string' } },
} as const;

test('words and options are told apart', () => {
  expect(commandArguments(['staging', '--dry-run', '--service=chat'], call, {})).toEqual({
    positionals: ['staging'],
    options: { 'dry-run': true, service: 'chat' },
  });
});

test.each([
  ['too few words', [], `usage: ${usage}; got []`],
  ['too many', ['staging', 'v1'], `usage: ${usage}; got ["staging","v1"]`],
  [
    'an unknown option',
    ['staging', '--force'],
    `Unknown option '--force'. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "--force"; usage: ${usage}`,
  ],
])('%s is refused with how it is done', (_, args, message) => {
  expect(() => commandArguments(args, call, {})).toThrow(message);
});

test('an option that npm has kept is not done without', () => {
  const kept = {
    npm_config_dry_run: 'true',
    npm_config_service: 'chat',
    npm_config_yes: '',
    npm_config_registry: 'https://npm.test',
  };
  expect(() => commandArguments(['staging'], call, kept)).toThrow(
    `npm has kept --dry-run, --service for itself, since it does not stand behind --; usage: ${usage}`,
  );
  expect(commandArguments(['staging', '--dry-run', '--service', 'chat'], call, kept).positionals).toEqual(['staging']);
});

test('npm tells of what it keeps as it is read here', () => {
  const folder = mkdtempSync(join(tmpdir(), 'veza-arguments-'));
  const scripts = { deploy: `node ${bundle('lib/cli/commands/deploy.ts')}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
  const { status, stderr } = spawnSync('npm', ['run', '-s', 'deploy', 'staging', 'v1.2.3', '--dry-run'], {
    cwd: folder,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: npm has kept --dry-run for itself/)]);
});

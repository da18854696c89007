import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../lib/cli/program';
import { expectCommitted } from '../support/golden';
import { project } from '../support/manifests';
import { runCli, vezaProject } from './support/call-veza';
import { programProblems } from './support/command-lines';
import { commandsWithHelp, goldenOutputs } from './support/golden-outputs';

const program = createProgram(vezaProject);

/** Every command with its subcommands, as it is typed after `veza`. */
function namesOf(command: Command): string[] {
  return command.commands.flatMap((each) => [each.name(), ...namesOf(each).map((name) => `${each.name()} ${name}`)]);
}

test('what the commands print is what is committed', async () => {
  const outputs = await goldenOutputs();
  expectCommitted(outputs);
  const committed = readdirSync(join(project, 'test/cli/golden')).filter((name) => name.endsWith('.txt'));
  expect(committed.sort()).toStrictEqual(
    Object.keys(outputs)
      .map((path) => path.replace('test/cli/golden/', ''))
      .sort(),
  );
});

test('the help of every command is committed', () => {
  expect([...commandsWithHelp].sort()).toStrictEqual(['', ...namesOf(program)].sort());
});

describe.each(namesOf(program))('the help of %s', (name) => {
  const words = name.split(' ');
  const command = words.reduce((at, word) => at.commands.find((each) => each.name() === word) ?? at, program);

  test('says what it does, and what each argument and option is', () => {
    expect(command.description()).toMatch(/^[A-Z].*\.$/);
    expect(command.registeredArguments.filter(({ description }) => !description)).toStrictEqual([]);
    expect(command.options.filter(({ description }) => !description)).toStrictEqual([]);
  });

  if (command.commands.length > 0) return;

  test('has examples of it, whose arguments and options exist', async () => {
    const { out } = await runCli([...words, '--help']);
    const [, examples = ''] = out.split(/\nExamples?:\n/);
    const lines = examples
      .trim()
      .split('\n')
      .map((line) => line.replace(/^.*npx veza /, ''));
    expect(lines.filter((line) => !line.startsWith(name))).toStrictEqual([]);
    expect(lines.flatMap(programProblems)).toStrictEqual([]);
  });
});

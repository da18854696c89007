import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../support/manifests';
import { bundle, runIn, withFolder } from '../support/program';
import { steps } from './support/workflows';

const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));

/** What the workflows call by npm or by node: the command, and the words and options that it is given. */
const calls = steps.flatMap(({ run = '' }) =>
  [...run.matchAll(/(?:npm run|node bin\/veza\.js) ([\w:]+)(?:(?: --)? (.+))?$/gm)].map(
    ([, name = '', given = '']) => ({
      name,
      given: given.match(/"[^"]*"|\S+/g) ?? [],
    }),
  ),
);

test('these commands are called', () => {
  expect(calls.map(({ name }) => name)).toStrictEqual(['synth', 'diagram', 'compose', 'deploy', 'notify']);
});

/** What a command says of itself when it is called with nothing. */
function usageOf(entry: string): string {
  const { status, stderr } = withFolder((folder) => runIn(folder, [process.execPath, bundle(entry)], {}));
  expect(status).toBe(2);
  return stderr.find((line) => line.includes('usage: ')) ?? '';
}

describe.each(calls)('$name', ({ name, given }) => {
  const entry = `lib/cli/commands/${name}.ts`;

  test('is a script', () => {
    expect(scripts[name]).toContain(name === 'synth' ? 'main.ts' : `veza.js ${name}`);
  });

  if (given.length === 0) return;

  test('knows what it is given', () => {
    const usage = usageOf(entry);
    const options = given.filter((word) => word.startsWith('--'));
    const values = options.filter((option) => new RegExp(`${option} [A-Z]`).test(usage));
    expect(options.filter((option) => !usage.includes(`[${option}`))).toStrictEqual([]);
    expect(given.length - options.length - values.length).toBe(usage.match(/<\w+>/g)?.length);
  });
});

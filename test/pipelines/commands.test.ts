import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programProblems } from '../cli/support/command-lines';
import { project } from '../support/manifests';
import { steps } from './support/workflows';

const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
const lines = steps.flatMap(({ run = '' }) => run.split('\n'));

test('the scripts of npm that the workflows call exist', () => {
  const called = lines.flatMap((line) => [...line.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name));
  expect(called).toStrictEqual(['renew']);
  expect(called.filter((name) => scripts[name] === undefined)).toStrictEqual([]);
});

test('the commands of veza that the workflows and the scripts call exist, with their arguments and options', () => {
  const texts: string[] = [...lines, ...Object.values<string>(scripts).flatMap((script) => script.split(' && '))];
  const called = texts.flatMap((line) => /(?:npx veza|node lib\/cli\/veza\.js) (.+)$/.exec(line)?.[1] ?? []);
  expect([...new Set(called.map((call) => call.split(' ')[0]))]).toStrictEqual([
    'deploy',
    'notify',
    'synth',
    'preview',
    'diagram',
    'compose',
  ]);
  expect(called.flatMap(programProblems)).toStrictEqual([]);
});

test('a signal that a pipeline sends reaches the deploy: Node.js takes the place of the shell', () => {
  const deploying = lines.filter((line) => / deploy "/.test(line));
  const replacing = expect.stringMatching(/^exec node lib\/cli\/veza\.js deploy /);
  expect(deploying).toStrictEqual([replacing, replacing]);
});

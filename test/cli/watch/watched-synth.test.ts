import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../support/manifests';

const launcher = join(project, 'lib/cli/veza.js');

/** A project of its own, in this one, where esbuild is found. */
let folder: string;
let watch: ChildProcess | undefined;
beforeEach(() => {
  mkdirSync(join(project, 'node_modules/.cache/veza-test'), { recursive: true });
  folder = mkdtempSync(join(project, 'node_modules/.cache/veza-test/watch-'));
  write('cdk8s.yaml', 'language: typescript\napp: npx ts-node main.ts\n');
  write(
    'main.ts',
    `import { runVeza } from '../../../../lib/cli/program';
     import { shop } from '../../../../test/support/shop';
     import { test } from './environments/test';
     runVeza({ platform: shop, environments: [test], cluster: 'none' });`,
  );
  write('environments/test.ts', environment('hello'));
});
afterEach(async () => {
  if (watch?.exitCode === null && watch.kill()) await once(watch, 'close');
  rmSync(folder, { recursive: true });
});

function environment(greeting: string): string {
  return `import { shopTest } from '../../../../../test/support/shop';
    export const test = { ...shopTest, settings: { GREETING: '${greeting}' } };`;
}

function write(name: string, content: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
}

/** What the watch has printed, and what it prints until a line ends it. */
function printedBy(child: ChildProcess): (end: RegExp) => Promise<string[]> {
  let text = '';
  const wakes: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      text += data;
      for (const wake of wakes.splice(0)) wake();
    });
  return async (end) => {
    while (!end.test(text)) await new Promise<void>((resolve) => wakes.push(resolve));
    const lines = text.trimEnd().split('\n');
    text = '';
    return lines.map((line) => line.replace(/\d+\.\d\d s$/, '… s'));
  };
}

function written(): string {
  return readFileSync(join(folder, 'dist/test.k8s.yaml'), 'utf8');
}

test('synthesizes after a change and prints what changed; an error leaves dist/ as it was', async () => {
  watch = spawn(process.execPath, [launcher, 'synth', '--watch'], { cwd: folder });
  const printed = printedBy(watch);
  const first = await printed(/^watching .*\n/m);
  expect(first.at(0)).toBe('added    Namespace shop-test  dist/test.k8s.yaml');
  expect(first.slice(-2)).toStrictEqual([
    expect.stringMatching(/^\d+ objects changed in 3 files, … s$/),
    'watching main.ts and what it imports; Ctrl-C ends it',
  ]);
  write('environments/test.ts', environment('welcome'));
  expect(await printed(/ changed in .*\n/)).toStrictEqual([
    'changed  ConfigMap shop-test/shop-config  dist/test.k8s.yaml',
    'changed  Deployment shop-test/shop-catalog  dist/test.k8s.yaml',
    '2 objects changed in 1 file, … s',
  ]);
  expect(written()).toContain('GREETING: welcome');
  const before = written();
  write('environments/test.ts', 'export const test = ;');
  expect(await printed(/^error: .*\n/m)).toStrictEqual(['error: environments/test.ts:1:20: Unexpected ";"']);
  write('environments/test.ts', environment(' '.repeat(3)).replace('shopTest,', "shopTest, domain: '',"));
  expect((await printed(/^error: .*\n/m)).at(0)).toMatch(/^error: test\.domain: /);
  expect(written()).toBe(before);
  write('environments/test.ts', environment('hello'));
  expect((await printed(/ changed in .*\n/)).at(-1)).toBe('2 objects changed in 1 file, … s');
});

test('wrong usage ends it, and its help is printed', async () => {
  const outcome = async (args: readonly string[], variables = {}) => {
    const child = spawn(process.execPath, [launcher, 'synth', '--watch', ...args], {
      cwd: folder,
      env: { ...process.env, ...variables },
    });
    const [[status], text] = await Promise.all([once(child, 'close'), printedBy(child)(/\n/)]);
    return { status, first: text[0] };
  };
  write('main.ts', "console.error('error: unknown option'); process.exitCode = 2;");
  expect(await outcome(['--nonsense'])).toStrictEqual({ status: 2, first: 'error: unknown option' });
  write('main.js', 'console.log(process.argv.slice(2).join(" "));');
  write('cdk8s.yaml', 'app: node main.js');
  expect(await outcome(['--help'])).toStrictEqual({ status: 0, first: 'synth --watch --help' });
});

import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { project } from '../support/manifests';

const launcher = join(project, 'lib/cli/bundle.js');
const run = promisify(execFile);

/** An app of two files and a library. It is in the project, where esbuild is found. */
let folder: string;
beforeEach(() => {
  mkdirSync(join(project, 'node_modules/.cache/veza-test'), { recursive: true });
  folder = mkdtempSync(join(project, 'node_modules/.cache/veza-test/bundle-'));
  write(
    'main.ts',
    "import { greeting } from './greeting';\nimport { name } from 'library';\nconsole.log(greeting as string, name);\n",
  );
  write('greeting.ts', "export const greeting: string = 'hello';\n");
  write('node_modules/library/package.json', '{ "name": "library", "main": "index.js" }');
  write('node_modules/library/index.js', "exports.name = 'world';\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
}

function cached(name: string): string {
  return join(folder, 'node_modules/.cache/veza', name);
}

async function start(): Promise<string> {
  const script = `require(${JSON.stringify(launcher)}).runBundled(${JSON.stringify(join(folder, 'main.ts'))})`;
  const { stdout, stderr } = await run(process.execPath, ['-e', script]);
  return `${stdout}${stderr}`.trim();
}

test('the second run makes nothing again', async () => {
  expect(await start()).toBe('hello world');
  const made = ['app.js', 'app.bin'].map((name) => statSync(cached(name)).ino);
  expect(await start()).toBe('hello world');
  expect(['app.js', 'app.bin'].map((name) => statSync(cached(name)).ino)).toStrictEqual(made);
});

test('a change of a source, of a library or of the settings is seen, though length and time may be the same', async () => {
  await start();
  const { atime, mtime } = statSync(join(folder, 'greeting.ts'));
  write('greeting.ts', "export const greeting: string = 'HELLO';\n");
  utimesSync(join(folder, 'greeting.ts'), atime, mtime);
  expect(await start()).toBe('HELLO world');
  write('node_modules/library/index.js', "exports.name = 'WORLD';\n");
  expect(await start()).toBe('HELLO WORLD');
  const before = readFileSync(cached('app.json'), 'utf8');
  write('tsconfig.json', '{ "compilerOptions": { "strict": true } }');
  write('main.ts', "console.log('alone');\n");
  expect(await start()).toBe('alone');
  expect(readFileSync(cached('app.json'), 'utf8')).not.toBe(before);
});

test.each(['µ', '…', '😀'])('a second run prints %s as the first', async (character) => {
  // esbuild escapes it elsewhere.
  write('greeting.ts', `export const greeting = String.raw\`${character}\`;\n`);
  expect(await start()).toBe(`${character} world`);
  // The compiled code has its own copy of the text.
  rmSync(cached('app.bin'));
  expect(await start()).toBe(`${character} world`);
});

test('code that was compiled from another bundle of the same length is not run', async () => {
  await start();
  const compiled = readFileSync(cached('app.bin'));
  write('greeting.ts', "export const greeting: string = 'HELLO';\n");
  await start();
  writeFileSync(cached('app.bin'), compiled);
  expect(await start()).toBe('HELLO world');
});

test.each(['app.js', 'app.json', 'app.bin'])('a damaged %s costs time alone', async (name) => {
  await start();
  truncateSync(cached(name), Math.floor(statSync(cached(name)).size / 2));
  expect(await start()).toBe('hello world');
  writeFileSync(cached(name), 'nonsense');
  expect(await start()).toBe('hello world');
});

test('a place that cannot be written costs time alone', async () => {
  write('node_modules/.cache', 'a file where a folder should be');
  expect(await start()).toBe('hello world');
  expect(await start()).toBe('hello world');
});

test('runs at the same time do not disturb each other', async () => {
  expect(await Promise.all([start(), start(), start()])).toStrictEqual(Array(3).fill('hello world'));
  expect(await start()).toBe('hello world');
});

test('an app without esbuild is left to others', () => {
  const { runBundled } = require(launcher);
  expect(runBundled('/main.ts')).toBe(false);
});

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { SourceModules } = require('../../../lib/cli/watch/source-modules');
const { WatchedApp } = require('../../../lib/cli/watch/watch');

/** The sources are what esbuild would write, but for `log`. A line that begins with `wrong` is wrong. */
const esbuild = {
  transform: async (source: string) => {
    const text = source.replaceAll('log(', 'require("node:process").log.push(');
    const line = text.split('\n').findIndex((each) => each.startsWith('wrong'));
    if (line >= 0) throw { errors: [{ text: 'Unexpected "wrong"', location: { line: line + 1, column: 0 } }] };
    return { code: text };
  },
};

/** Modules that were evaluated, in their order. */
const log: string[] = [];

let folder: string;
let folders: string[];
let app: { run(start: number): Promise<void> };
let errors: jest.SpyInstance;
const before = process.cwd();

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'veza-watch-')));
  process.chdir(folder);
  Object.assign(process, { log });
  errors = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  folders = [];
  const follow = (wanted: string[]) => {
    const isNew = wanted.some((one) => !folders.includes(one));
    folders = wanted;
    return isNew;
  };
  app = new WatchedApp(new SourceModules(esbuild, join(folder, 'main.ts')), { follow });
  write('main.ts', 'log("main"); require("./lib/a"); require("./lib/b");');
  write('lib/a.ts', 'log("a"); exports.text = require("./text.json").text;');
  write('lib/text.json', '{ "text": "hello" }');
  write('lib/b.ts', 'log("b", require("node:fs").readFileSync(__dirname + "/scripts/b.sh", "utf8"));');
  write('lib/scripts/b.sh', 'one');
});
afterEach(() => {
  errors.mockRestore();
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

/** Runs the app after a change; returns what was evaluated, and what was printed as an error. */
async function run(): Promise<{ evaluated: string[]; problems: unknown[] }> {
  errors.mockClear();
  await app.run(0);
  return { evaluated: log.splice(0), problems: errors.mock.calls.map(([first]) => String(first)) };
}

async function evaluated(): Promise<string[]> {
  const result = await run();
  expect(result.problems).toStrictEqual([]);
  return result.evaluated;
}

test('evaluates what was changed and what imports it, and nothing where nothing was', async () => {
  expect(await evaluated()).toStrictEqual(['main', 'a', 'b', 'one']);
  expect(await evaluated()).toStrictEqual([]);
  write('lib/a.ts', 'log("A");');
  expect(await evaluated()).toStrictEqual(['main', 'A']);
  write('lib/a.ts', 'log("A");');
  expect(await evaluated()).toStrictEqual([]);
});

test('a changed JSON file is seen where it is imported', async () => {
  write('lib/a.ts', 'log(require("./text.json").text);');
  expect(await evaluated()).toStrictEqual(['main', 'hello', 'b', 'one']);
  write('lib/text.json', '{ "text": "HELLO" }');
  expect(await evaluated()).toStrictEqual(['main', 'HELLO']);
});

test('a changed script is seen by the modules that read files', async () => {
  await run();
  write('lib/scripts/b.sh', 'two');
  expect(await evaluated()).toStrictEqual(['main', 'b', 'two']);
  rmSync(join(folder, 'lib/scripts/b.sh'));
  expect((await run()).problems).toStrictEqual([expect.stringContaining('ENOENT')]);
});

test('secret values of an environment are read again, and other files of the folder are not sources', async () => {
  await run();
  write('README.md', 'text');
  write('lib/.a.ts.swp', 'an editor at work');
  write('lib/4913', 'an editor at work');
  write('lib/unused.ts', 'wrong');
  expect(await evaluated()).toStrictEqual([]);
  write('.env.staging', 'A=b');
  expect(await evaluated()).toContain('main');
});

test('a file that comes is imported in front of the one that was, and one that goes is missed', async () => {
  write('lib/a/index.ts', 'log("index");');
  await run();
  rmSync(join(folder, 'lib/a.ts'));
  expect(await evaluated()).toStrictEqual(['main', 'index']);
  rmSync(join(folder, 'lib/a/index.ts'));
  expect(await run()).toStrictEqual({
    evaluated: [],
    problems: ['error: main.ts: imports ./lib/a, which does not exist'],
  });
  write('lib/a.ts', 'log("a");');
  expect(await evaluated()).toStrictEqual(['main', 'a']);
});

test('what is wrong is printed, all at once, and its correction runs', async () => {
  await run();
  write('lib/a.ts', '\nwrong');
  write('lib/text.json', '{');
  write('lib/b.ts', 'require("./nothing"); require("./scripts/b.sh");');
  expect((await run()).problems).toStrictEqual([
    'error: lib/a.ts:2:0: Unexpected "wrong"',
    'error: lib/b.ts: imports ./nothing, which does not exist',
  ]);
  write('lib/a.ts', 'log(require("./text.json").text);');
  write('lib/b.ts', 'require("./scripts/b.sh");');
  expect((await run()).problems).toStrictEqual([
    'error: lib/b.ts: imports ./scripts/b.sh; import TypeScript, JavaScript or JSON',
    expect.stringMatching(/^error: lib\/text\.json: /),
  ]);
  write('lib/text.json', '{ "text": "hello" }');
  write('lib/b.ts', '');
  expect(await evaluated()).toStrictEqual(['main', 'hello']);
});

test('the same content as before an error runs nothing again', async () => {
  await run();
  write('lib/b.ts', 'wrong');
  await run();
  write('lib/b.ts', 'log("b", require("node:fs").readFileSync(__dirname + "/scripts/b.sh", "utf8"));');
  expect(await evaluated()).toStrictEqual([]);
});

test('a module that throws is evaluated again after the next change', async () => {
  write('lib/b.ts', 'throw new Error("a bug");');
  expect(await run()).toStrictEqual({ evaluated: ['main', 'a'], problems: ['Error: a bug'] });
  write('lib/b.ts', 'log("b");');
  expect(await evaluated()).toStrictEqual(['main', 'b']);
});

test('an import that leads to another file is evaluated again, though that file was evaluated before', async () => {
  write('lib/a.ts', 'log("a"); require("./x");');
  write('lib/b.ts', 'log("b"); require("./x/index");');
  write('lib/x.ts', 'log("x");');
  write('lib/x/index.ts', 'log("index");');
  expect(await evaluated()).toStrictEqual(['main', 'a', 'x', 'b', 'index']);
  rmSync(join(folder, 'lib/x.ts'));
  expect(await evaluated()).toStrictEqual(['main', 'a']);
});

test('a module that throws does so again, whatever else is changed', async () => {
  write('lib/b.ts', 'throw new Error("a bug");');
  await run();
  write('lib/a.ts', 'log("A");');
  expect(await run()).toStrictEqual({ evaluated: ['main', 'A'], problems: ['Error: a bug'] });
});

test('watches the folders of the sources with all that is in them, without libraries and hidden folders', async () => {
  write('lib/node_modules/library/index.js', '');
  write('lib/.hidden/file.ts', '');
  write('dist/staging.yaml', '');
  await run();
  const names = folders.map((one) => one.slice(folder.length));
  expect(names.sort()).toStrictEqual(['', '/lib', '/lib/scripts']);
  write('lib/new/c.sh', '');
  await run();
  expect(folders).toContain(join(folder, 'lib/new'));
});

test('libraries that were installed meanwhile end the watch, which has the old ones loaded', async () => {
  write('node_modules/.package-lock.json', '1');
  write('node_modules/library/index.js', '');
  await run();
  write('node_modules/library/index.js', 'changed');
  expect(await evaluated()).toStrictEqual([]);
  write('node_modules/.package-lock.json', '2');
  await expect(app.run(0)).rejects.toThrow('node_modules was changed');
});

test('a folder that is removed is no longer watched, and no error by itself', async () => {
  await run();
  write('main.ts', 'log("main");');
  rmSync(join(folder, 'lib'), { recursive: true });
  expect(await evaluated()).toStrictEqual(['main']);
  expect(folders).toStrictEqual([folder]);
});

test('an app that is wrong from the start is watched, and so is the wrong file', async () => {
  rmSync(join(folder, 'lib/a.ts'));
  await run();
  expect(folders).toContain(join(folder, 'lib'));
  write('lib/a.ts', 'wrong');
  await run();
  write('lib/a.ts', 'log("a");');
  expect(await evaluated()).toStrictEqual(['main', 'a', 'b', 'one']);
});

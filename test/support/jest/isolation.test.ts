import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JestEnvironment } from '@jest/environment';

type Suite = Pick<JestEnvironment, 'teardown'>;

/** Begins a suite within this one. */
function beginSuite(): Suite {
  const Environment = jest.requireActual('./environment');
  const fakeTimers = { enableGlobally: false };
  const projectConfig = { globals: {}, testEnvironmentOptions: {}, fakeTimers, rootDir: process.cwd() };
  return new Environment({ projectConfig, globalConfig: {} }, {});
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veza-isolation-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a suite finds globals as if none ran before it', async () => {
  const { Array: array, fetch } = globalThis;
  const suite = beginSuite();
  Object.assign(globalThis, { Array: class {}, left: 1, fetch: undefined });
  Error.stackTraceLimit = 1;
  Error.prepareStackTrace = () => 'none';
  await suite.teardown();
  expect({ array: globalThis.Array, fetch: globalThis.fetch, left: Reflect.get(globalThis, 'left') }).toEqual({
    array,
    fetch,
    left: undefined,
  });
  expect(Error.stackTraceLimit).toBe(100);
  expect(new Error('real').stack).toContain('isolation.test');
});

test('a suite finds the process as if none ran before it', async () => {
  process.env.VEZA_KEPT = 'before';
  const { exit, argv, exitCode } = process;
  const start = process.cwd();
  const suite = beginSuite();
  process.env.VEZA_KEPT = 'after';
  process.env.VEZA_LEFT = 'after';
  process.chdir(folder);
  process.exit = () => undefined as never;
  process.argv = ['node', 'veza', 'deploy'];
  process.exitCode = 1;
  await suite.teardown();
  const { VEZA_KEPT, VEZA_LEFT } = process.env;
  delete process.env.VEZA_KEPT;
  expect({ VEZA_KEPT, VEZA_LEFT }).toEqual({ VEZA_KEPT: 'before', VEZA_LEFT: undefined });
  expect(process.cwd()).toBe(start);
  expect([process.exit, process.argv, process.exitCode]).toEqual([exit, argv, exitCode]);
});

test('a suite ends as a process does: its listeners are gone, and those of the exit were called', async () => {
  const events: string[] = [];
  const kept = () => events.push('exit of what began before');
  process.on('exit', kept);
  const suite = beginSuite();
  process.on('SIGTERM', () => events.push('SIGTERM'));
  process.on('exit', () => events.push('exit'));
  await suite.teardown();
  expect(events).toEqual(['exit']);
  process.emit('SIGTERM');
  expect(events).toEqual(['exit']);
  expect(process.rawListeners('exit')).toContain(kept);
  process.off('exit', kept);
});

/** Loads a module as a suite of its own does. */
function loadAnew<T>(file: string): T {
  let loaded: T | undefined;
  jest.isolateModules(() => {
    loaded = require(file);
  });
  return loaded as T;
}

test('modules of lib have no state from another suite, libraries are loaded once', () => {
  const first = loadAnew<object>('../../../lib/platform/errors');
  expect(loadAnew<object>('../../../lib/platform/errors')).not.toBe(first);
  expect(loadAnew<object>('zod')).toBe(loadAnew<object>('zod'));
});

test('a file is transformed and compiled again only if it was changed', () => {
  const { transformOnce, compileOnce } = jest.requireActual('./module-cache');
  const file = join(folder, 'answer.js');
  const readAnswer = () => compileOnce(transformOnce(file, transform), file, ['answer'])(3);
  const transform = jest.fn(() => readFileSync(file, 'utf8'));
  writeFileSync(file, 'return answer;');
  expect([readAnswer(), readAnswer()]).toEqual([3, 3]);
  expect(transform).toHaveBeenCalledTimes(1);
  writeFileSync(file, 'return 2 * answer;');
  expect([readAnswer(), readAnswer()]).toEqual([6, 6]);
  expect(transform).toHaveBeenCalledTimes(2);
});

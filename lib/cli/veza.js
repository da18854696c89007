#!/usr/bin/env node
// Runs the app that cdk8s.yaml of this folder names, or the Veza platform's own, in this very process: a signal that is
// sent to it reaches the command. npm and npx do not pass SIGTERM on; they end, and what they started runs on.
const { existsSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const { findEsbuild, optimizeLate, runBundled } = require('./bundle');

const root = join(__dirname, '..', '..');

/** The file that hands a platform to the command line. */
function findMain() {
  if (existsSync('cdk8s.yaml')) {
    const app = readApp(readFileSync('cdk8s.yaml', 'utf8'));
    const file = String(app ?? '')
      .split(' ')
      .at(-1);
    if (!/\.[cm]?[jt]s$/.test(file))
      fail(`cdk8s.yaml: app ${JSON.stringify(app)}: end it with the file that calls runVeza, such as "node main.js"`);
    if (!existsSync(file)) fail(`cdk8s.yaml: app ${JSON.stringify(app)}: ${file} does not exist; compile it first`);
    return resolve(file);
  }
  const source = join(root, 'main.ts');
  return existsSync(source) ? source : join(root, 'build', 'package', 'main.js');
}

/** A plain word or words on one line are read without the library, which takes 20 ms to load. */
function readApp(text) {
  const [, words] = /^app: +([\w./][\w./ -]*)\r?\n(?![ \t])/m.exec(`${text}\n`) ?? [];
  return words?.trimEnd() ?? require('yaml').parse(text)?.app;
}

/** Whether these are arguments of a watch that is to run, and not of its help. */
function isWatch([command, ...options]) {
  return command === 'synth' && options.includes('--watch') && !options.includes('--help') && !options.includes('-h');
}

async function load(main) {
  const esbuild = isWatch(process.argv.slice(2)) ? findEsbuild(main) : undefined;
  // Without esbuild, the command itself says what it needs.
  if (esbuild !== undefined) return require('./watch/watch').watch(esbuild, main);
  optimizeLate();
  if (!main.endsWith('.ts')) return import(pathToFileURL(main).href);
  const folder = dirname(main);
  const fromFolder = createRequire(main);
  // An installed package finds its scripts beside its own files, so it stays where it is.
  if (folder === root && runBundled(main)) return undefined;
  try {
    fromFolder.resolve('ts-node');
  } catch {
    fail(`${main} needs ts-node: npm install --save-dev ts-node, or compile it and name main.js in cdk8s.yaml`);
  }
  fromFolder('ts-node').register({ transpileOnly: true, cwd: folder, projectSearchDir: folder });
  return fromFolder(main);
}

function fail(problem) {
  console.error(`error: ${problem}`);
  process.exit(2);
}

void load(findMain());

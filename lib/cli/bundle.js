// Runs an app that is written in TypeScript as one file that esbuild makes of it and of its libraries, with the code that
// V8 compiled from it. Both are kept in node_modules/.cache/veza and made again as soon as the content of any file that they
// were made from is another. Without a place to keep them, each run makes its own: slower, and never wrong.
const { createHash } = require('node:crypto');
const { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire, Module } = require('node:module');
const { dirname, join, relative } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

/**
 * Most commands end within a second, before code that V8 optimizes pays for its compilation, which costs a third of all CPU
 * time: it waits ten times as long as it would.
 * Only for the versions of Node.js where these flags were tried, since V8 prints an error for a flag that it does not know.
 */
const rareOptimization = {
  20: '--interrupt-budget=1500000',
  22: '--invocation-count-for-turbofan=30000',
  24: '--invocation-count-for-turbofan=30000',
  26: '--invocation-count-for-turbofan=30000',
};

/** Lets V8 optimize late, in this process from now on. Returns whether this version of Node.js is known to be able to. */
function optimizeLate() {
  const flag = rareOptimization[process.versions.node.split('.')[0]];
  if (flag === undefined) return false;
  setFlagsFromString(flag);
  return true;
}

/**
 * Runs an app.
 * @param {string} main path of the file that calls runVeza
 * @returns {boolean} false if there is no bundle and no esbuild beside the app to make one, and nothing ran
 */
function runBundled(main) {
  const folder = dirname(main);
  const cache = join(folder, 'node_modules', '.cache', 'veza');
  const bundle = readCache(cache, folder) ?? makeBundle(main, cache);
  if (bundle === undefined) return false;
  // Compiled code is good for one set of flags alone, so every command has the same; a thread of esbuild resets the second.
  // The space of new objects stays as small as it begins: 30 MB less.
  if (optimizeLate()) setFlagsFromString('--semi-space-growth-factor=1');
  const file = join(cache, 'app.js');
  const script = new Script(bundle.code, { filename: file, cachedData: bundle.compiled });
  const app = { exports: {} };
  // `veza synth --timings` reads it.
  performance.mark('veza: run');
  script.runInThisContext()(app.exports, createRequire(file), app, file, cache);
  // What ran by then is compiled: the code of a run that has ended holds the most.
  if (bundle.compiled === undefined || script.cachedDataRejected) {
    process.on('exit', () =>
      keep(cache, { 'app.bin': Buffer.concat([Buffer.from(bundle.key), script.createCachedData()]) }),
    );
  }
  return true;
}

function findEsbuild(main) {
  try {
    return createRequire(main)('esbuild');
  } catch {
    return undefined;
  }
}

/** The kept bundle, if every file that it was made from has the content of then. */
function readCache(cache, folder) {
  try {
    const { key, inputs, encoding } = JSON.parse(readFileSync(join(cache, 'app.json'), 'utf8'));
    if (key !== keyOf(inputs, folder)) return undefined;
    const code = readFileSync(join(cache, 'app.js'), encoding);
    if (!code.endsWith(`//${key}\n`)) return undefined;
    return { key, code, compiled: readCompiled(cache, key) };
  } catch {
    return undefined;
  }
}

/** V8 itself compares only the length of the code. */
function readCompiled(cache, key) {
  const kept = readOptional(join(cache, 'app.bin'));
  return kept?.subarray(0, key.length).toString() === key ? kept.subarray(key.length) : undefined;
}

function readOptional(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function makeBundle(main, cache) {
  const esbuild = findEsbuild(main);
  if (esbuild === undefined) return undefined;
  const folder = dirname(main);
  const { outputFiles, metafile } = esbuild.buildSync({
    entryPoints: [main],
    absWorkingDir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    // Libraries require each other: what they have for `import` would be converted at every such place.
    conditions: [],
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  const settings = ['package.json', 'tsconfig.json'].filter((name) => readOptional(join(folder, name)) !== undefined);
  const inputs = [...new Set([...Object.keys(metafile.inputs), ...settings, relative(folder, __filename)])];
  const key = keyOf(inputs, folder);
  const code = `${Module.wrap(outputFiles[0].text)}//${key}\n`;
  // Most bundles have no other characters, and are read in half the time.
  const encoding = /[^\0-\xff]/.test(code) ? 'utf8' : 'latin1';
  keep(cache, { 'app.js': Buffer.from(code, encoding), 'app.json': JSON.stringify({ key, inputs, encoding }) });
  return { key, code, compiled: undefined };
}

/** A digest of the content of every file, and of what compiles and runs it. */
function keyOf(inputs, folder) {
  const digest = createHash('sha256').update(`${process.version} ${process.arch}`);
  const buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
  for (const input of inputs) {
    const content = readInto(buffer, `${folder}/${input}`);
    digest.update(`${input} ${content.length}\n`).update(content);
  }
  return digest.digest('hex');
}

/** Reads a file into memory that is there already: there are a thousand of them. A larger one gets its own. */
function readInto(buffer, path) {
  const file = openSync(path);
  try {
    for (let length = 0; length < buffer.length; ) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) return buffer.subarray(0, length);
      length += read;
    }
    return readFileSync(path);
  } finally {
    closeSync(file);
  }
}

/** Writes files under other names first, so that a run at the same time reads each of them whole or not at all. */
function keep(cache, files) {
  try {
    mkdirSync(cache, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      const temporary = join(cache, `${name}.${process.pid}`);
      writeFileSync(temporary, content);
      renameSync(temporary, join(cache, name));
    }
  } catch {
    // A folder that cannot be written or a full disk costs the time of making it again.
  }
}

module.exports = { findEsbuild, optimizeLate, runBundled };

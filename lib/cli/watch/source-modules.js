// The source files of an app as modules that stay evaluated: after a change, only what was changed and what imports it is
// evaluated again. The libraries are loaded once. Contents alone decide what was changed, since a time or an event may lie.
const { readFileSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, extname, join, relative } = require('node:path');
const { compileFunction } = require('node:vm');

/** How esbuild reads a file, by the end of its name. */
const loaders = { '.ts': 'ts', '.mts': 'ts', '.cts': 'ts', '.js': 'js', '.mjs': 'js', '.cjs': 'js', '.json': 'json' };

/** What an import may leave out of the name of a file. */
const endings = ['', '.ts', '.js', '.json', '/index.ts', '/index.js'];

/** An import of another source file, as esbuild writes it. */
const relativeImport = /\brequire\("(\.[^"]*)"\)/g;

/** What Node.js hands to a module. */
const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];

/** An import of what a module reads files with. A library that is handed a path is not one: it is to be called at each run. */
const fileSystemImport = /\brequire\("(?:node:)?fs(?:\/promises)?"\)/;

/** A change that cannot be run, such as a line that is no TypeScript. */
class SourceError extends Error {
  /** @param {string[]} problems one line each */
  constructor(problems) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Whether the file is a source file, which takes part only where it is imported. */
function isSource(path) {
  return extname(path) !== '.json' && extname(path) in loaders;
}

class SourceModules {
  /**
   * By their paths: the text, what it imports, and the evaluated module. `evaluate` is kept, so that V8 knows its code
   * already when it is evaluated again.
   */
  #files = new Map();

  /** Paths of all files that were ever a part of the app, and of imports that led to none. */
  imported = new Set();

  /**
   * @param {import('esbuild')} esbuild
   * @param {string} main path of the file that calls runVeza
   */
  constructor(esbuild, main) {
    this.esbuild = esbuild;
    this.main = main;
  }

  /**
   * Reads every file that the app is made of. With a problem, everything stays as it was.
   * @returns {Promise<{ differs: boolean, problems: string[] }>} whether any of them has another content
   *   or is another file than before, and why the app cannot run
   */
  async refresh() {
    const read = new Map();
    const problems = [];
    const visit = async (path) => {
      if (read.has(path)) return;
      read.set(path, undefined);
      this.imported.add(path);
      try {
        const file = await this.#read(path);
        read.set(path, file);
        await Promise.all([...file.imports.values()].map(visit));
      } catch (error) {
        problems.push(...(error instanceof SourceError ? error.problems : [`${shown(path)}: ${error.message}`]));
      }
    };
    await visit(this.main);
    if (problems.length > 0) return { differs: false, problems: problems.sort() };
    const changed = [...read].filter(([path, file]) => !isSame(file, this.#files.get(path))).map(([path]) => path);
    const differs = changed.length > 0 || read.size !== this.#files.size;
    this.#files = read;
    this.#forget(changed);
    return { differs, problems };
  }

  /** Evaluates every module again that may have read a file, and what imports it. */
  forgetReaders() {
    this.#forget([...this.#files].filter(([, { readsFiles }]) => readsFiles).map(([path]) => path));
  }

  /** Evaluates the app: what was not evaluated before, or was forgotten. */
  run() {
    this.#forget([this.main]);
    this.#evaluate(this.main);
  }

  async #read(path) {
    const text = readFileSync(path, 'utf8');
    const known = this.#files.get(path);
    const file = known?.text === text ? { ...known } : await this.#compile(path, text);
    for (const name of file.names) this.imported.add(join(dirname(path), name));
    file.imports = new Map(file.names.map((name) => [name, findImport(path, name)]));
    return file;
  }

  async #compile(path, text) {
    const loader = loaders[extname(path)];
    if (loader === 'json') return { text, evaluate: evaluateJson(path, text), names: [], readsFiles: false };
    const code = await this.#transform(path, text, loader);
    const names = [...new Set([...code.matchAll(relativeImport)].map(([, name]) => name))];
    return {
      text,
      evaluate: compileFunction(code, parameters, { filename: path }),
      names,
      readsFiles: fileSystemImport.test(code),
    };
  }

  async #transform(path, text, loader) {
    try {
      const options = { loader, format: 'cjs', platform: 'node', target: 'node20', logLevel: 'silent' };
      const supported = { 'dynamic-import': false };
      return (await this.esbuild.transform(text, { ...options, supported, sourcefile: shown(path) })).code;
    } catch ({ errors, message }) {
      if (errors === undefined) throw new SourceError([`${shown(path)}: ${message}`]);
      throw new SourceError(
        errors.map(({ text: problem, location }) => `${shown(path)}:${location?.line}:${location?.column}: ${problem}`),
      );
    }
  }

  /** Forgets files and all that import them, through others too. */
  #forget(paths) {
    const importers = new Map();
    for (const [path, { imports }] of this.#files)
      for (const imported of imports.values()) importers.set(imported, [...(importers.get(imported) ?? []), path]);
    const forgotten = new Set();
    const visit = (path) => {
      if (forgotten.has(path)) return;
      forgotten.add(path);
      this.#files.get(path).module = undefined;
      for (const importer of importers.get(path) ?? []) visit(importer);
    };
    for (const path of paths) visit(path);
  }

  #evaluate(path) {
    const file = this.#files.get(path);
    if (file.module !== undefined) return file.module.exports;
    const module = { exports: {} };
    file.module = module;
    try {
      const library = createRequire(path);
      const load = (name) => (file.imports.has(name) ? this.#evaluate(file.imports.get(name)) : library(name));
      file.evaluate(module.exports, load, module, path, dirname(path));
    } catch (error) {
      file.module = undefined;
      throw error;
    }
    return module.exports;
  }
}

function isSame(file, known) {
  if (file.text !== known?.text) return false;
  return [...file.imports].every(([name, path]) => known.imports.get(name) === path);
}

function findImport(from, name) {
  const base = join(dirname(from), name);
  // TypeScript asks for the name that the compiled file will have.
  const bases = base.endsWith('.js') ? [base, base.slice(0, -'.js'.length)] : [base];
  const path = bases
    .flatMap((each) => endings.map((ending) => `${each}${ending}`))
    .find((each) => statSync(each, { throwIfNoEntry: false })?.isFile());
  if (path === undefined) throw new SourceError([`${shown(from)}: imports ${name}, which does not exist`]);
  if (extname(path) in loaders) return path;
  throw new SourceError([`${shown(from)}: imports ${name}; import TypeScript, JavaScript or JSON`]);
}

function evaluateJson(path, text) {
  try {
    JSON.parse(text);
    return (_exports, _require, module) => {
      module.exports = JSON.parse(text);
    };
  } catch ({ message }) {
    throw new SourceError([`${shown(path)}: ${message}`]);
  }
}

function shown(path) {
  return relative('', path);
}

module.exports = { SourceModules, isSource };

// Runs an app again whenever one of its files was changed, in this very process, whose libraries stay loaded and warm.
// What it prints and writes is its own: this file knows when to run it.
const { dirname, join, relative } = require('node:path');
const { setImmediate: turn } = require('node:timers/promises');
const { FolderChanges } = require('./folder-changes');
const { installed, listFolders, readOthers } = require('./source-folders');
const { SourceModules } = require('./source-modules');

/**
 * Runs `veza synth --changes`, and again after every change, until the process is ended. Wrong usage ends it at once, and
 * so does what cannot be watched.
 * @param {import('esbuild')} esbuild
 * @param {string} main path of the file that calls runVeza
 * @param {FolderChanges} changes
 */
async function watch(esbuild, main, changes = new FolderChanges()) {
  process.argv = process.argv.map((arg) => (arg === '--watch' ? '--changes' : arg));
  process.on('unhandledRejection', (error) => console.error(error));
  const app = new WatchedApp(new SourceModules(esbuild, main), changes);
  try {
    await app.run(0);
    if (process.exitCode === 2) process.exit();
    console.log(`watching ${relative('', main)} and what it imports; Ctrl-C ends it`);
    for (;;) await app.run(await changes.next());
  } catch ({ message }) {
    console.error(`error: ${message}`);
    process.exit(1);
  }
}

class WatchedApp {
  #others = new Map();
  /** Whether files differ from those of the last run. */
  #differs = false;

  constructor(sources, changes) {
    this.sources = sources;
    this.changes = changes;
  }

  /**
   * Runs the app if any of its files has another content. Prints what is wrong with them.
   * @param {number} start when the change began
   * @throws Error if the watch cannot go on
   */
  async run(start) {
    const problems = await this.#read();
    for (const problem of problems) console.error(`error: ${problem}`);
    if (problems.length > 0 || !this.#differs) return;
    this.#differs = false;
    performance.clearMarks('veza: start');
    performance.mark('veza: start', { startTime: start });
    try {
      this.sources.run();
    } catch (error) {
      console.error(error);
    }
    // A synth ends without waiting for anything; its exit code and its errors have come by then.
    await turn();
  }

  /** Reads until every folder was watched before its files were read. */
  async #read() {
    const root = dirname(this.sources.main);
    for (;;) {
      const { differs, problems } = await this.sources.refresh();
      const folders = listFolders(root, [...this.sources.imported]);
      const isNew = this.changes.follow(folders);
      this.#compare(readOthers(root, folders, this.sources.imported), join(root, installed));
      this.#differs ||= differs;
      if (!isNew) return problems;
    }
  }

  /** Which module has read a script, no import says. */
  #compare(others, libraries) {
    if (isEqual(others, this.#others)) return;
    if (this.#others.has(libraries) && this.#others.get(libraries) !== others.get(libraries))
      throw new Error('node_modules was changed, and libraries are loaded once; start the watch again');
    this.sources.forgetReaders();
    this.#others = others;
    this.#differs = true;
  }
}

function isEqual(one, other) {
  return one.size === other.size && [...one].every(([path, text]) => other.get(path) === text);
}

module.exports = { WatchedApp, watch };

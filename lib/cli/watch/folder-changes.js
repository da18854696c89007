// Wakes the watch when something changes in a folder. What changed, it does not say: events of a file system are late,
// twice, or of a name that an editor gave a file for a moment.
const { watch } = require('node:fs');
const { basename } = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');
const { orIfGone } = require('./source-folders');

/** Milliseconds without an event after which a change is complete: an editor writes a file in several steps. */
const quiet = 20;

class FolderChanges {
  #watchers = new Map();
  /** When the first event since the last wake came, by `now`. */
  #since = undefined;
  #last = 0;
  #wake = () => undefined;

  /** @param system the file system's events and the time; a test has its own */
  constructor({ watchFolder = watch, sleep = pause, now = () => performance.now() } = {}) {
    this.watchFolder = watchFolder;
    this.sleep = sleep;
    this.now = now;
  }

  /**
   * Watches these folders, each without those in it, and no others.
   * @returns {boolean} whether any was not watched until now, so that a change in it may have been missed
   */
  follow(folders) {
    for (const folder of this.#watchers.keys()) if (!folders.includes(folder)) this.#drop(folder);
    const added = folders.filter((folder) => !this.#watchers.has(folder));
    for (const folder of added) this.#add(folder);
    return added.length > 0;
  }

  /** Waits for a change and until it is complete. @returns {Promise<number>} when it began */
  async next() {
    if (this.#since === undefined) await new Promise((resolve) => this.#onNotice(resolve));
    for (let rest = quiet; rest > 0; rest = this.#last + quiet - this.now()) await this.sleep(rest);
    const since = this.#since;
    this.#since = undefined;
    return since;
  }

  #onNotice(wake) {
    this.#wake = wake;
  }

  #add(folder) {
    const watcher = orIfGone(undefined, () =>
      this.watchFolder(folder, (event, name) => {
        // A folder that was removed is not seen when it is made again.
        if (event === 'rename' && name === basename(folder)) this.#drop(folder);
        this.#notice();
      }),
    );
    if (watcher === undefined) return;
    watcher.on('error', () => {
      this.#drop(folder);
      this.#notice();
    });
    this.#watchers.set(folder, watcher);
  }

  #drop(folder) {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #notice() {
    this.#last = this.now();
    this.#since ??= this.#last;
    this.#wake();
  }
}

module.exports = { FolderChanges };

import { EventEmitter } from 'node:events';
import { settled, TestClock } from '../../support/test-clock';

const { FolderChanges } = require('../../../lib/cli/watch/folder-changes');

type Listener = (event: string, name: string) => void;

/** Watched folders whose events come when a test says so. */
class FakeFolders {
  readonly clock = new TestClock();
  readonly listeners = new Map<string, Listener>();
  readonly watchers = new Map<string, EventEmitter>();
  readonly changes = new FolderChanges({
    watchFolder: (folder: string, listener: Listener) => {
      this.listeners.set(folder, listener);
      const watcher = Object.assign(new EventEmitter(), { close: () => this.listeners.delete(folder) });
      this.watchers.set(folder, watcher);
      return watcher;
    },
    sleep: (milliseconds: number) => this.clock.sleep(milliseconds / 1000),
    now: () => this.clock.elapsed(),
  });

  emit(folder: string, name: string, event = 'change'): void {
    this.listeners.get(folder)?.(event, name);
  }

  /** Milliseconds at which each wake began and ended, as they come. */
  async wakes(): Promise<number[][]> {
    const wakes: number[][] = [];
    const follow = async () => {
      for (;;) wakes.push([await this.changes.next(), this.clock.elapsed()]);
    };
    void follow();
    await settled();
    return wakes;
  }
}

test('wakes once for all events of a change, when 20 ms have passed without another', async () => {
  const folders = new FakeFolders();
  folders.changes.follow(['lib']);
  const wakes = await folders.wakes();
  await folders.clock.pass(1);
  expect(wakes).toStrictEqual([]);
  folders.emit('lib', 'a.ts');
  await folders.clock.pass(0.015);
  folders.emit('lib', 'b.ts');
  await folders.clock.pass(0.019);
  expect(wakes).toStrictEqual([]);
  await folders.clock.pass(1);
  expect(wakes).toStrictEqual([[1000, 1035]]);
});

test('a change that comes between two waits is not lost', async () => {
  const folders = new FakeFolders();
  folders.changes.follow(['lib']);
  folders.emit('lib', 'a.ts');
  const wakes = await folders.wakes();
  await folders.clock.pass(1);
  expect(wakes).toStrictEqual([[0, 20]]);
});

test('follows the folders that it is given, and no others', () => {
  const folders = new FakeFolders();
  expect(folders.changes.follow(['lib', 'old'])).toBe(true);
  expect(folders.changes.follow(['lib', 'old'])).toBe(false);
  expect(folders.changes.follow(['lib', 'new'])).toBe(true);
  expect([...folders.listeners.keys()]).toStrictEqual(['lib', 'new']);
  expect(folders.changes.follow([])).toBe(false);
  expect([...folders.listeners.keys()]).toStrictEqual([]);
});

test('a folder that is gone before it is watched is left to its parent; what the system refuses is an error', () => {
  const refusing = (code: string) =>
    new FolderChanges({
      watchFolder: () => {
        throw Object.assign(new Error(code), { code });
      },
    });
  expect(refusing('ENOENT').follow(['lib'])).toBe(true);
  expect(() => refusing('ENOSPC').follow(['lib'])).toThrow('ENOSPC');
});

test.each([
  ['was removed', (folders: FakeFolders) => folders.emit('/app/lib', 'lib', 'rename')],
  [
    'cannot be watched any more',
    (folders: FakeFolders) => folders.watchers.get('/app/lib')?.emit('error', new Error()),
  ],
])('a folder that %s wakes, and is watched anew', async (_, end) => {
  const folders = new FakeFolders();
  folders.changes.follow(['/app/lib']);
  end(folders);
  expect([...folders.listeners.keys()]).toStrictEqual([]);
  expect(folders.changes.follow(['/app/lib'])).toBe(true);
  const wakes = await folders.wakes();
  await folders.clock.pass(1);
  expect(wakes).toStrictEqual([[0, 20]]);
});

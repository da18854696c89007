import { PlainProgress } from '../../lib/cli/terminal-progress';
import type { Lease } from '../../lib/cluster/lease';
import { OperationLock } from '../../lib/cluster/operation-lock';
import { LeaseServer } from '../support/lease-server';
import { settled, TestClock } from '../support/test-clock';

const never = new AbortController().signal;
let server: LeaseServer;
let clock: TestClock;
let printed: string[];

beforeEach(() => {
  server = new LeaseServer();
  clock = new TestClock();
  printed = [];
});

/** The lock, as another process sees it. */
function lock(): OperationLock {
  const progress = new PlainProgress((line) => void printed.push(line));
  return new OperationLock({ kubectl: server.kubectl, namespace: 'veza-staging', progress, clock });
}

function held(): Lease['spec'] | undefined {
  return server.lease?.spec;
}

/** Work that runs until the test ends it. */
function work(): { readonly done: Promise<void>; readonly end: (error?: Error) => void } {
  let end = (_?: Error) => {};
  const done = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  return { done, end };
}

test('the lock is renewed four times a minute while work runs, and released afterwards', async () => {
  const { done, end } = work();
  const holding = lock().withLock('deploy v1.0.0', never, async ({ signal, previousHolder }) => {
    await done;
    return [signal.aborted, previousHolder];
  });
  await settled();
  expect(held()).toStrictEqual({
    holderIdentity: expect.stringMatching(/^deploy v1\.0\.0 by \S+@\S+ \([0-9a-f]{6}\)$/),
    leaseDurationSeconds: 60,
    acquireTime: '2026-11-25T10:00:00.000000Z',
    renewTime: '2026-11-25T10:00:00.000000Z',
  });
  await clock.pass(45);
  expect(held()).toMatchObject({
    holderIdentity: expect.stringMatching(/^deploy v1/),
    renewTime: '2026-11-25T10:00:45.000000Z',
  });
  expect(server.writes).toBe(4);
  end();
  expect(await holding).toStrictEqual([false, undefined]);
  expect(held()?.holderIdentity).toBeUndefined();
});

test('a second operation waits for the first, even if that fails', async () => {
  const { done, end } = work();
  const first = lock().withLock('deploy v1.0.0', never, () => done);
  await settled();
  let begun = false;
  const second = lock().withLock('rollback to revision 1', never, async ({ previousHolder }) => {
    begun = true;
    return previousHolder;
  });
  await clock.pass(600);
  expect(begun).toBe(false);
  expect(printed).toStrictEqual([expect.stringMatching(/^Waiting for deploy v1\.0\.0 by \S+ \([0-9a-f]{6}\) …$/)]);
  end(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await clock.pass(3);
  expect(await second).toBeUndefined();
});

test('a lock that is not renewed for a minute has expired, and its description is handed on', async () => {
  server.put({ holderIdentity: 'deploy v1.0.0 by jane', leaseDurationSeconds: 60 });
  const next = lock().withLock('deploy v1.1.0', never, async ({ previousHolder }) => previousHolder);
  await clock.pass(57);
  expect(held()?.holderIdentity).toBe('deploy v1.0.0 by jane');
  await clock.pass(6);
  expect(await next).toBe('deploy v1.0.0 by jane');
});

/** Another holder that renews its lock as it should. */
async function renewing(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 15) {
    await clock.pass(15);
    server.put({ holderIdentity: 'restore of a by joe', leaseDurationSeconds: 60 });
  }
}

test.each([90, 86_400, -86_400])(
  'a clock that is set by %i s takes no lock from a holder that renews it',
  async (seconds) => {
    server.put({ holderIdentity: 'restore of a by joe', leaseDurationSeconds: 60 });
    const stop = new AbortController();
    const waiting = lock().withLock('deploy v1.1.0', stop.signal, async () => undefined);
    await clock.pass(5);
    clock.step(seconds);
    await renewing(120);
    expect(held()?.holderIdentity).toBe('restore of a by joe');
    stop.abort();
    await expect(waiting).rejects.toThrow('aborted');
  },
);

test('a clock that is set back does not prolong an expired lock', async () => {
  server.put({ holderIdentity: 'deploy v1.0.0 by jane', leaseDurationSeconds: 60 });
  const next = lock().withLock('deploy v1.1.0', never, async ({ previousHolder }) => previousHolder);
  await clock.pass(30);
  clock.step(-86_400);
  await clock.pass(36);
  expect(await next).toBe('deploy v1.0.0 by jane');
});

test('a machine that slept does not take the lock of a holder that slept as well', async () => {
  server.put({ holderIdentity: 'restore of a by joe', leaseDurationSeconds: 60 });
  const stop = new AbortController();
  const waiting = lock().withLock('deploy v1.1.0', stop.signal, async () => undefined);
  await clock.pass(5);
  clock.suspend(3600);
  await clock.pass(1);
  await renewing(60);
  expect(held()?.holderIdentity).toBe('restore of a by joe');
  stop.abort();
  await expect(waiting).rejects.toThrow('aborted');
});

test('an outage of some minutes ends no wait, and expires no lock, since no holder could renew it', async () => {
  server.put({ holderIdentity: 'restore of a by joe', leaseDurationSeconds: 60 });
  const stop = new AbortController();
  const waiting = lock().withLock('deploy v1.1.0', stop.signal, async () => undefined);
  await clock.pass(5);
  server.away = 'Unable to connect to the server: EOF';
  await clock.pass(240);
  server.away = undefined;
  await clock.pass(5);
  await renewing(60);
  expect(held()?.holderIdentity).toBe('restore of a by joe');
  stop.abort();
  await expect(waiting).rejects.toThrow('aborted');
});

test('a cluster that never answers ends the wait at once', async () => {
  server.away = 'Unable to connect to the server: EOF';
  await expect(lock().waitUntilFree()).rejects.toThrow('EOF');
});

test('a holder that loses the lock stops, and leaves it to the other', async () => {
  const losing = lock().withLock('restore of a', never, async ({ signal }) => {
    server.put({ holderIdentity: 'restore of b' });
    await clock.sleep(3600, signal).catch(() => undefined);
    signal.throwIfAborted();
  });
  const lost = expect(losing).rejects.toThrow('restore of b took it over after it expired');
  await clock.pass(15);
  await lost;
  expect(held()?.holderIdentity).toBe('restore of b');
});

test('a check of the lock finds at once that it is lost', async () => {
  const losing = lock().withLock('restore of a', never, async ({ ensureHeld }) => {
    await ensureHeld();
    server.lease = undefined;
    await ensureHeld();
  });
  await expect(losing).rejects.toThrow('the lock is lost: its Lease was deleted');
});

test('an outage of some minutes does not lose the lock', async () => {
  const { done, end } = work();
  const holding = lock().withLock('deploy v1.0.0', never, async ({ signal }) => {
    await done;
    return signal.aborted;
  });
  await clock.pass(20);
  server.away = 'Unable to connect to the server: EOF';
  await clock.pass(120);
  server.away = undefined;
  await clock.pass(15);
  expect(held()?.renewTime).toBe('2026-11-25T10:02:30.000000Z');
  end();
  expect([await holding, held()?.holderIdentity]).toStrictEqual([false, undefined]);
});

test('a stopped operation ends its wait for the lock, and its work', async () => {
  const stop = new AbortController();
  const working = lock().withLock('deploy v1.0.0', stop.signal, async ({ signal }) => {
    stop.abort(new Error('stopped by SIGINT'));
    signal.throwIfAborted();
  });
  await expect(working).rejects.toThrow('stopped by SIGINT');
  server.put({ holderIdentity: 'deploy v1.0.0 by jane', leaseDurationSeconds: 600 });
  await expect(lock().withLock('deploy v1.1.0', stop.signal, async () => undefined)).rejects.toThrow('SIGINT');
  const later = new AbortController();
  const waiting = lock().withLock('deploy v1.1.0', later.signal, async () => undefined);
  await settled();
  later.abort();
  await expect(waiting).rejects.toThrow('aborted');
});

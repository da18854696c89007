import { PlainProgress } from '../../lib/cli/terminal-progress';
import type { Lease } from '../../lib/cluster/lease-client';
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

/** Work that goes on until it is ended. */
function work(): { readonly done: Promise<void>; readonly end: (error?: Error) => void } {
  let end = (_?: Error) => {};
  const done = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  return { done, end };
}

test('whoever works holds it, renews it four times a minute, and gives it back', async () => {
  const { done, end } = work();
  const holding = lock().withLock('deploy v1.0.0', never, async ({ signal, previousHolder: left }) => {
    await done;
    return [signal.aborted, left];
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

test('the second waits for the first, even if that fails', async () => {
  const { done, end } = work();
  const first = lock().withLock('deploy v1.0.0', never, () => done);
  await settled();
  let begun = false;
  const second = lock().withLock('rollback to revision 1', never, async ({ previousHolder: left }) => {
    begun = true;
    return left;
  });
  await clock.pass(600);
  expect(begun).toBe(false);
  expect(printed).toStrictEqual([expect.stringMatching(/^wait for deploy v1\.0\.0 by \S+ \([0-9a-f]{6}\) …$/)]);
  end(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await clock.pass(3);
  expect(await second).toBeUndefined();
});

test('a holder that is not heard of for a minute counts as dead, and what it left is known', async () => {
  server.put({ holderIdentity: 'deploy v1.0.0 by jane', leaseDurationSeconds: 60 });
  const next = lock().withLock('deploy v1.1.0', never, async ({ previousHolder: left }) => left);
  await clock.pass(57);
  expect(held()?.holderIdentity).toBe('deploy v1.0.0 by jane');
  await clock.pass(6);
  expect(await next).toBe('deploy v1.0.0 by jane');
});

/** Somebody else who holds it and renews it as often as one should. */
async function renewing(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 15) {
    await clock.pass(15);
    server.put({ holderIdentity: 'restore of a by joe', leaseDurationSeconds: 60 });
  }
}

test.each([90, 86_400, -86_400])('a clock that is set %i s on steals no lock from the living', async (seconds) => {
  server.put({ holderIdentity: 'restore of a by joe', leaseDurationSeconds: 60 });
  const stop = new AbortController();
  const waiting = lock().withLock('deploy v1.1.0', stop.signal, async () => undefined);
  await clock.pass(5);
  clock.step(seconds);
  await renewing(120);
  expect(held()?.holderIdentity).toBe('restore of a by joe');
  stop.abort();
  await expect(waiting).rejects.toThrow('aborted');
});

test('a clock that is set back does not keep a dead holder alive', async () => {
  server.put({ holderIdentity: 'deploy v1.0.0 by jane', leaseDurationSeconds: 60 });
  const next = lock().withLock('deploy v1.1.0', never, async ({ previousHolder: left }) => left);
  await clock.pass(30);
  clock.step(-86_400);
  await clock.pass(36);
  expect(await next).toBe('deploy v1.0.0 by jane');
});

test('a machine that slept takes nothing from a holder that slept with it', async () => {
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

test('a cluster that is away for minutes ends no wait, and is no proof of death: nobody could renew', async () => {
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

test('a cluster that never answered is no wait', async () => {
  server.away = 'Unable to connect to the server: EOF';
  await expect(lock().waitUntilFree()).rejects.toThrow('EOF');
});

test('one that lost it has to stop, and leaves it to the other', async () => {
  const losing = lock().withLock('restore of a', never, async ({ signal }) => {
    server.put({ holderIdentity: 'restore of b' });
    await clock.sleep(3600, signal).catch(() => undefined);
    signal.throwIfAborted();
  });
  const lost = expect(losing).rejects.toThrow('restore of b took over, since this was not heard of any more');
  await clock.pass(15);
  await lost;
  expect(held()?.holderIdentity).toBe('restore of b');
});

test('one that asks learns at once that it lost it', async () => {
  const losing = lock().withLock('restore of a', never, async ({ ensureHeld: confirm }) => {
    await confirm();
    server.lease = undefined;
    await confirm();
  });
  await expect(losing).rejects.toThrow('somebody who deleted the Lease took over');
});

test('a cluster that does not answer for a while takes nothing away', async () => {
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

test('whoever is stopped stops to wait, and so does the work', async () => {
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

import { waitWhilePending } from '../../lib/cluster/operation-context';
import { type Clock, retry, retryDuringOutage, waitUntil } from '../../lib/cluster/wait';
import { TestClock } from '../support/test-clock';

const late = () => new Error('too late');

function testClock(): Clock & { slept: number } {
  const clock = {
    slept: 0,
    now: () => 0,
    elapsed: () => clock.slept * 1000,
    sleep: async (seconds: number) => {
      clock.slept += seconds;
    },
  };
  return clock;
}

/** Answers one after the other; the last one for ever. */
function answers(...values: (number | undefined | Error)[]): () => Promise<number | undefined> {
  return async () => {
    const value = values.length > 1 ? values.shift() : values[0];
    if (value instanceof Error) throw value;
    return value;
  };
}

test('probes at once, and then every two seconds', async () => {
  const clock = testClock();
  expect(await waitUntil(answers(7), { clock, seconds: 10, onTimeout: late })).toBe(7);
  expect(clock.slept).toBe(0);
  expect(await waitUntil(answers(undefined, undefined, 7), { clock, seconds: 10, onTimeout: late })).toBe(7);
  expect(clock.slept).toBe(4);
});

test('gives up at the timeout', async () => {
  const clock = testClock();
  await expect(waitUntil(answers(undefined), { clock, seconds: 10, onTimeout: late })).rejects.toThrow('too late');
  expect(clock.slept).toBe(10);
});

const gone = new Error('gone');

test('tolerates an outage of five minutes, and no more', async () => {
  const looks = (failing: number) => [
    undefined,
    ...Array(failing).fill(gone),
    undefined,
    ...Array(failing).fill(gone),
    7,
  ];
  const options = { seconds: 10_000, onTimeout: late };
  // A look every two seconds: the 150th that fails is the one at the end of the fifth minute.
  expect(await waitUntil(answers(...looks(149)), { ...options, clock: testClock() })).toBe(7);
  const clock = testClock();
  await expect(waitUntil(answers(...looks(150)), { ...options, clock })).rejects.toThrow('gone');
  expect(clock.slept).toBe(300);
});

test('the time of slow probes counts', async () => {
  const clock = testClock();
  let looks = 0;
  const look = async () => {
    looks += 1;
    await clock.sleep(98);
    throw gone;
  };
  await expect(waitUntil(look, { clock, seconds: 10_000, onTimeout: late })).rejects.toThrow('gone');
  expect(looks).toBe(4);
});

test('the error of the last probe is thrown at the timeout', async () => {
  await expect(
    waitUntil(answers(undefined, gone), { clock: testClock(), seconds: 10, onTimeout: late }),
  ).rejects.toThrow('gone');
  await expect(
    waitUntil(answers(gone, undefined), { clock: testClock(), seconds: 10, onTimeout: late }),
  ).rejects.toThrow('too late');
});

test('a signal ends the wait before the next probe', async () => {
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(waitUntil(answers(7), { clock: testClock(), seconds: 10, onTimeout: late, signal })).rejects.toThrow(
    'stopped',
  );
});

test('retries until the time is up: pauses of 200 and 400 ms fit into a second, another of 800 does not', async () => {
  const failure = new Error('refused');
  const clock = new TestClock();
  const retried = retry(() => Promise.reject(failure), { firstPause: 200, timeoutMs: 1_000 }, clock);
  await clock.pass(0.599);
  expect(await Promise.race([retried, 'still waiting'])).toBe('still waiting');
  await clock.pass(0.001);
  expect(await retried).toMatchObject({ count: 3, error: failure });
});

test('an aborted signal ends the retries', async () => {
  const stop = new AbortController();
  const act = async () => {
    stop.abort();
    throw new Error('refused');
  };
  expect(await retry(act, { firstPause: 60_000, timeoutMs: 600_000 }, new TestClock(), stop.signal)).toMatchObject({
    count: 1,
  });
});

test('an action that succeeds at once is not retried', async () => {
  let calls = 0;
  const act = async () => {
    calls += 1;
  };
  expect(await retry(act, { firstPause: 200, timeoutMs: 1_000 }, testClock())).toMatchObject({
    count: 1,
    error: undefined,
  });
  expect(calls).toBe(1);
});

test('a request is sent again during an outage, and fails with its own error after that', async () => {
  const clock = testClock();
  expect(await retryDuringOutage(answers(gone, gone, undefined), { clock, seconds: 10 })).toBeUndefined();
  expect(clock.slept).toBe(4);
  await expect(retryDuringOutage(answers(gone), { clock, seconds: 10 })).rejects.toThrow('gone');
  expect(clock.slept).toBe(14);
  const stopped = { clock, seconds: 10, signal: AbortSignal.abort(new Error('stopped')) };
  await expect(retryDuringOutage(answers(7), stopped)).rejects.toThrow('stopped');
});

test('what is pending is reported, and is the error after the timeout', async () => {
  const states: string[] = [];
  const progress = { step: () => {}, update: (text: string) => states.push(text), succeed: () => {}, stop: () => {} };
  const left = ['two', 'one'];
  const pending = (state: string | undefined) => state && { state, problems: [`${state} is left`] };
  await waitWhilePending({ clock: testClock(), progress }, 10, async () => pending(left.shift()) || undefined);
  expect(states).toEqual(['two', 'one']);
  const wait = waitWhilePending({ clock: testClock(), progress }, 10, async () => pending('one') || undefined);
  await expect(wait).rejects.toMatchObject({ problems: ['one is left'] });
});

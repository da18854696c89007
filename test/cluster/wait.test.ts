import type { Clock } from '../../lib/cluster/wait';
import { waitUntil } from '../../lib/cluster/wait';

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

test('looks every two seconds, and at once', async () => {
  const clock = testClock();
  expect(await waitUntil(answers(7), { clock, seconds: 10, onTimeout: late })).toBe(7);
  expect(clock.slept).toBe(0);
  expect(await waitUntil(answers(undefined, undefined, 7), { clock, seconds: 10, onTimeout: late })).toBe(7);
  expect(clock.slept).toBe(4);
});

test('gives up in time', async () => {
  const clock = testClock();
  await expect(waitUntil(answers(undefined), { clock, seconds: 10, onTimeout: late })).rejects.toThrow('too late');
  expect(clock.slept).toBe(10);
});

const gone = new Error('gone');

test('forgives five minutes without an answer, and no more', async () => {
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

test('looks that take long count by their time', async () => {
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

test('when time is up, what went wrong last is told', async () => {
  await expect(
    waitUntil(answers(undefined, gone), { clock: testClock(), seconds: 10, onTimeout: late }),
  ).rejects.toThrow('gone');
  await expect(
    waitUntil(answers(gone, undefined), { clock: testClock(), seconds: 10, onTimeout: late }),
  ).rejects.toThrow('too late');
});

test('a signal ends it before the next look', async () => {
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(waitUntil(answers(7), { clock: testClock(), seconds: 10, onTimeout: late, signal })).rejects.toThrow(
    'stopped',
  );
});

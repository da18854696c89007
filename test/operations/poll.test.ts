import type { Clock } from '../../lib/operations/clock';
import { poll } from '../../lib/operations/poll';

const late = () => new Error('too late');

function testClock(): Clock & { slept: number } {
  const clock = {
    slept: 0,
    now: () => clock.slept * 1000,
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
  expect(await poll(answers(7), { clock, seconds: 10, late })).toBe(7);
  expect(clock.slept).toBe(0);
  expect(await poll(answers(undefined, undefined, 7), { clock, seconds: 10, late })).toBe(7);
  expect(clock.slept).toBe(4);
});

test('gives up in time', async () => {
  const clock = testClock();
  await expect(poll(answers(undefined), { clock, seconds: 10, late })).rejects.toThrow('too late');
  expect(clock.slept).toBe(10);
});

const gone = new Error('gone');

test('forgives five failed looks in a row, and no sixth', async () => {
  const five = [gone, gone, gone, gone, gone];
  const options = { clock: testClock(), seconds: 100, late };
  expect(await poll(answers(...five, undefined, ...five, 7), options)).toBe(7);
  await expect(poll(answers(...five, gone, 7), options)).rejects.toThrow('gone');
});

test('a signal ends it before the next look', async () => {
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(poll(answers(7), { clock: testClock(), seconds: 10, late, signal })).rejects.toThrow('stopped');
});

import { retry } from '../../lib/cluster/wait';
import { TestClock } from '../support/test-clock';

test('patience ends: pauses of 200 and 400 ms fit into a second, and another of 800 does not', async () => {
  const failure = new Error('refused');
  const clock = new TestClock();
  const tried = retry(() => Promise.reject(failure), { firstPause: 200, timeoutMs: 1_000 }, undefined, clock);
  await clock.pass(0.599);
  expect(await Promise.race([tried, 'still at it'])).toBe('still at it');
  await clock.pass(0.001);
  expect(await tried).toMatchObject({ count: 3, error: failure });
});

test('whoever is stopped tries nothing again', async () => {
  const stop = new AbortController();
  const act = async () => {
    stop.abort();
    throw new Error('refused');
  };
  expect(await retry(act, { firstPause: 60_000, timeoutMs: 600_000 }, stop.signal)).toMatchObject({ count: 1 });
});

test('what works at once is tried once', async () => {
  let calls = 0;
  const act = async () => {
    calls += 1;
  };
  expect(await retry(act, { firstPause: 200, timeoutMs: 1_000 })).toMatchObject({ count: 1, error: undefined });
  expect(calls).toBe(1);
});

import { attempt } from '../../../lib/operations/smoke/attempts';

test('patience ends: pauses of 200 and 400 ms fit into a second, and another of 800 does not', async () => {
  const failure = new Error('refused');
  const begin = performance.now();
  const { count, error } = await attempt(() => Promise.reject(failure), { firstPause: 200, bound: 1_000 });
  expect([count, error]).toEqual([3, failure]);
  expect(performance.now() - begin).toBeGreaterThan(590);
});

test('whoever is stopped tries nothing again', async () => {
  const stop = new AbortController();
  const act = async () => {
    stop.abort();
    throw new Error('refused');
  };
  expect(await attempt(act, { firstPause: 60_000, bound: 600_000 }, stop.signal)).toMatchObject({ count: 1 });
});

test('what works at once is tried once', async () => {
  let calls = 0;
  const act = async () => {
    calls += 1;
  };
  expect(await attempt(act, { firstPause: 200, bound: 1_000 })).toMatchObject({ count: 1, error: undefined });
  expect(calls).toBe(1);
});

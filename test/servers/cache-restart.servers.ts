import { TestCache } from './cache/replicated-cache';
import { anotherPrimary, survives } from './cache/survival';
import { eventually } from './support/tools';

let cache: TestCache;

jest.setTimeout(240_000);

beforeAll(async () => {
  cache = await TestCache.start();
}, 400_000);

afterAll(() => cache?.remove());

afterEach(() => eventually('a whole cache', 60, () => cache.isWhole()));

test('all servers are killed at once, and start again with their data', async () => {
  const { longest } = await survives(cache, 'all servers killed', async () => {
    await Promise.all(cache.servers.map((server) => server.kill()));
    for (const server of cache.servers) await server.startAll();
    await eventually('writes', 90, () => cache.writes());
  });
  expect(longest).toBeLessThan(90_000);
});

/** Kills all servers, also those that are killed already, as nodes that lose their power. */
async function removeAll(): Promise<void> {
  await Promise.all(cache.servers.map((server) => server.remove()));
}

test('all servers are killed, and one with older data and the sentinels are there before the primary', async () => {
  const primary = await cache.primary();
  const [stale = 0, current = 0] = [0, 1, 2].filter((index) => index !== primary);
  await survives(cache, 'the primary starts last', async () => {
    await cache.servers[stale]?.kill();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await removeAll();
    await cache.startServer(stale);
    await cache.startServer(current);
    await cache.servers[current]?.container('redis').kill();
    await eventually('a replica', 60, async () => (await cache.role(stale)) === 'slave');
    // Sentinels that start now find the replica running, and no failover that has just failed.
    for (const index of [stale, current]) {
      await cache.servers[index]?.container('sentinel').kill();
      cache.servers[index]?.start('sentinel');
    }
    // Longer than the sentinels take to find the primary lost, and to make another.
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    expect(await cache.servers[stale]?.ready()).toBe(false);
    expect(await cache.role(stale)).not.toBe('master');
    await cache.startServer(primary);
    cache.servers[current]?.start('redis');
    await eventually('writes', 90, () => cache.writes());
  });
});

test('all servers are killed, and one that was the primary before the last one starts first', async () => {
  const former = await cache.primary();
  await survives(cache, 'a former primary starts first', async () => {
    await cache.servers[former]?.kill();
    await anotherPrimary(cache, former);
    const roles = await Promise.all([0, 1, 2].map((index) => (index === former ? 'none' : cache.role(index))));
    const last = roles.indexOf('master');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await removeAll();
    await cache.startServer(former);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await cache.role(former)).not.toBe('master');
    await cache.startServer(3 - former - last);
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    await cache.startServer(last);
    await eventually('writes', 90, () => cache.writes());
  });
});

test('a new password is taken over by all servers at once; one alone with it does not become ready', async () => {
  const replica = ((await cache.primary()) + 1) % 3;
  const restart = async (index: number) => {
    await cache.servers[index]?.remove();
    await cache.startServer(index);
  };
  await survives(cache, 'a new password', async () => {
    cache.password = 'another password of the servers';
    await restart(replica);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(await cache.servers[replica]?.ready()).toBe(false);
    await Promise.all([0, 1, 2].map(restart));
    await eventually('writes', 60, () => cache.writes());
  });
});

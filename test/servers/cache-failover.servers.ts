import type { Door } from './cache/cache-client';
import { hostileCommands, hostileSentinelCommands, refusal, sentinelRefusal } from './cache/hostile-commands';
import { TestCache } from './cache/replicated-cache';
import { anotherPrimary, longestMilliseconds, survives } from './cache/survival';
import { eventually } from './support/tools';

let cache: TestCache;

jest.setTimeout(240_000);

beforeAll(async () => {
  cache = await TestCache.start();
}, 400_000);

afterAll(() => cache?.remove());

afterEach(() => eventually('a whole cache', 60, () => cache.isWhole()));

test('the primary is killed, and returns as a replica with another address', async () => {
  const old = await cache.primary();
  const { longest } = await survives(cache, 'primary killed', async () => {
    await cache.servers[old]?.kill();
    await anotherPrimary(cache, old);
  });
  expect(longest).toBeLessThan(longestMilliseconds);
  await cache.servers[old]?.remove();
  await survives(cache, 'old primary returned', async () => {
    await cache.startServer(old, `10.77.0.${30 + old}`);
    await eventually('a replica', 60, async () => (await cache.role(old)) === 'slave');
  });
  expect(await cache.primary()).not.toBe(old);
});

test('the primary is stopped as for a drain', async () => {
  const old = await cache.primary();
  const { longest } = await survives(cache, 'primary terminated', async () => {
    await Promise.all(['redis', 'sentinel'].map((name) => cache.servers[old]?.container(name).stop('SIGTERM')));
    await anotherPrimary(cache, old);
  });
  expect(longest).toBeLessThan(longestMilliseconds);
  await cache.servers[old]?.remove();
  await cache.startServer(old);
});

test('the primary freezes, and thaws as a replica', async () => {
  const old = await cache.primary();
  const server = cache.servers[old]?.container('redis');
  const { longest } = await survives(cache, 'primary frozen', async () => {
    await server?.signal('SIGSTOP');
    await anotherPrimary(cache, old);
    await server?.signal('SIGCONT');
    await eventually('a replica', 60, async () => (await cache.role(old)) === 'slave');
  });
  expect(longest).toBeLessThan(longestMilliseconds);
});

test('a former primary that still claims to be one gets no client', async () => {
  // The first server, which a proxy that believed it alone would choose before the others.
  if ((await cache.primary()) === 0) await cache.failOver();
  await eventually('another primary', 60, async () => (await cache.role(0)) === 'slave' && (await cache.isWhole()));
  const current = await cache.primary();
  const seen: string[] = [];
  const { longest } = await survives(cache, 'a second primary', async () => {
    await cache.admin(0, 'replicaof', 'no', 'one');
    await eventually('a replica again', 60, async () => {
      seen.push(await cache.client('INFO', 'replication'));
      return (await cache.role(0)) === 'slave';
    });
  });
  expect(seen.filter((info) => !/connected_slaves:[12]/.test(info))).toEqual([]);
  expect(longest).toBeLessThan(longestMilliseconds);
  expect(await cache.primary()).toBe(current);
});

test('without a majority of the sentinels clients are refused, and no second primary is made', async () => {
  const current = await cache.primary();
  const others = [0, 1, 2].filter((index) => index !== current);
  await survives(cache, 'sentinels without majority', async () => {
    await Promise.all(others.map((index) => cache.servers[index]?.container('sentinel').kill()));
    await eventually('no primary for clients', 20, async () => (await cache.client('PING')) === '');
    await cache.servers[current]?.container('redis').signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 8000));
    expect(await Promise.all(others.map((index) => cache.role(index)))).toEqual(['slave', 'slave']);
    await cache.servers[current]?.container('redis').signal('SIGCONT');
    for (const index of others) cache.servers[index]?.start('sentinel');
    await eventually('writes', 60, () => cache.writes());
  });
});

test('a proxy is lost', async () => {
  const [proxy] = cache.proxies;
  await survives(cache, 'one proxy killed', async () => {
    await proxy?.kill();
    await new Promise((resolve) => setTimeout(resolve, 2000));
  });
  await proxy?.startAll();
});

test('a hostile client gets nothing: through the proxies, of the servers themselves, and of the sentinels', async () => {
  await cache.client('SET', 'track', 'one');
  const primary = await cache.primary();
  const { proxies, servers, sentinels } = cache.doors;
  const accepted: string[] = [];
  const attack = async (door: Door, commands: readonly string[], refused: RegExp) => {
    for (const command of commands) {
      const answer = await cache.ask(door, command);
      if (!refused.test(answer)) accepted.push(`${door.address}:${door.port} ${command}: ${answer}`);
    }
  };
  const logins = ['admin', 'sentinel', 'replica'].flatMap((user) => [`auth ${user} ${user}`, `hello 3 auth ${user} x`]);
  for (const door of [...proxies, ...servers]) await attack(door, hostileCommands, refusal);
  for (const door of sentinels) await attack(door, [...hostileCommands, ...hostileSentinelCommands], sentinelRefusal);
  for (const door of [...proxies, ...servers, ...sentinels]) await attack(door, logins, /^(WRONGPASS|ERR AUTH|NOPERM)/);
  expect(accepted).toEqual([]);
  expect(await cache.client('GET', 'track')).toMatch(/one$/);
  expect(await cache.primary()).toBe(primary);
});

test('no client takes all connections', async () => {
  expect(await cache.flood()).toBeLessThanOrEqual(500);
  expect(await cache.client('PING')).toContain('PONG');
});

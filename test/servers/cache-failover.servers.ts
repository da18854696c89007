import { hostileCommands, hostileSentinelCommands, refusal, sentinelRefusal } from './cache/hostile-commands';
import { type Door, TestCache, type Written } from './cache/replicated-cache';
import { eventually } from './support/tools';

// Bounds for a machine that does other things too; the README of an incident has the figures of a quiet one.
const seconds = 20;
let cache: TestCache;

jest.setTimeout(240_000);

beforeAll(async () => {
  cache = await TestCache.start();
}, 400_000);

afterAll(() => cache?.remove());

afterEach(() => eventually('a whole cache', 60, () => cache.isWhole()));

/** Writes while something happens; prints and asserts how long no write was accepted, and that none was lost. */
async function survives(what: string, happen: () => Promise<void>): Promise<Written> {
  const written = await cache.writeDuring(happen);
  await eventually('a primary', 60, async () => (await cache.client('PING')).includes('PONG'));
  const lost = await cache.lost(written);
  process.stdout.write(
    `${what}: ${(written.longest / 1000).toFixed(1)} s without writes, ${lost} of ${written.acknowledged.length} lost\n`,
  );
  expect(lost).toBe(0);
  expect(written.acknowledged.length).toBeGreaterThan(50);
  return written;
}

/** Waits until another server is the primary, and writes go on. */
async function another(old: number): Promise<void> {
  await eventually('another primary', 60, async () => {
    const others = [0, 1, 2].filter((index) => index !== old);
    const roles = await Promise.all(others.map((index) => cache.role(index)));
    return roles.includes('master') && (await cache.client('SET', 'probe', 'x')).includes('OK');
  });
  await new Promise((resolve) => setTimeout(resolve, 1000));
}

test('the primary is killed, and returns as a replica with another address', async () => {
  const old = await cache.primary();
  const { longest } = await survives('primary killed', async () => {
    await cache.servers[old]?.kill();
    await another(old);
  });
  expect(longest).toBeLessThan(seconds * 1000);
  await cache.servers[old]?.remove();
  await survives('old primary returned', async () => {
    await cache.startServer(old, `10.77.0.${30 + old}`);
    await eventually('a replica', 60, async () => (await cache.role(old)) === 'slave');
  });
  expect(await cache.primary()).not.toBe(old);
});

test('the primary is stopped as for a drain', async () => {
  const old = await cache.primary();
  const { longest } = await survives('primary terminated', async () => {
    await Promise.all(['redis', 'sentinel'].map((name) => cache.servers[old]?.container(name).stop('SIGTERM')));
    await another(old);
  });
  expect(longest).toBeLessThan(seconds * 1000);
  await cache.servers[old]?.remove();
  await cache.startServer(old);
});

test('the primary freezes, and thaws as a replica', async () => {
  const old = await cache.primary();
  const server = cache.servers[old]?.container('redis');
  const { longest } = await survives('primary frozen', async () => {
    await server?.signal('SIGSTOP');
    await another(old);
    await server?.signal('SIGCONT');
    await eventually('a replica', 60, async () => (await cache.role(old)) === 'slave');
  });
  expect(longest).toBeLessThan(seconds * 1000);
});

test('a former primary that still claims to be one gets no client', async () => {
  // The first server, which a proxy that believed it alone would choose before the others.
  if ((await cache.primary()) === 0) await cache.failOver();
  await eventually('another primary', 60, async () => (await cache.role(0)) === 'slave' && (await cache.isWhole()));
  const current = await cache.primary();
  const seen: string[] = [];
  const { longest } = await survives('a second primary', async () => {
    await cache.admin(0, 'replicaof', 'no', 'one');
    await eventually('a replica again', 60, async () => {
      seen.push(await cache.client('INFO', 'replication'));
      return (await cache.role(0)) === 'slave';
    });
  });
  expect(seen.filter((info) => !/connected_slaves:[12]/.test(info))).toEqual([]);
  expect(longest).toBeLessThan(seconds * 1000);
  expect(await cache.primary()).toBe(current);
});

test('without a majority of the sentinels clients are refused, and no second primary is made', async () => {
  const current = await cache.primary();
  const others = [0, 1, 2].filter((index) => index !== current);
  await survives('sentinels without majority', async () => {
    await Promise.all(others.map((index) => cache.servers[index]?.container('sentinel').kill()));
    await eventually('no primary for clients', 20, async () => (await cache.client('PING')) === '');
    await cache.servers[current]?.container('redis').signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 8000));
    expect(await Promise.all(others.map((index) => cache.role(index)))).toEqual(['slave', 'slave']);
    await cache.servers[current]?.container('redis').signal('SIGCONT');
    for (const index of others) cache.servers[index]?.start('sentinel');
    await eventually('writes', 60, async () => (await cache.client('SET', 'probe', 'x')).includes('OK'));
  });
});

test('a proxy is lost', async () => {
  const [proxy] = cache.proxies;
  await survives('one proxy killed', async () => {
    await proxy?.kill();
    await new Promise((resolve) => setTimeout(resolve, 2000));
  });
  await proxy?.startAll();
});

test('all servers are killed at once, and start again with their data', async () => {
  const { longest } = await survives('all servers killed', async () => {
    await Promise.all(cache.servers.map((server) => server.kill()));
    for (const server of cache.servers) await server.startAll();
    await eventually('writes', 90, async () => (await cache.client('SET', 'probe', 'x')).includes('OK'));
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
  await survives('the primary starts last', async () => {
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
    await eventually('writes', 90, async () => (await cache.client('SET', 'probe', 'x')).includes('OK'));
  });
});

test('all servers are killed, and one that was the primary before the last one starts first', async () => {
  const former = await cache.primary();
  await survives('a former primary starts first', async () => {
    await cache.servers[former]?.kill();
    await another(former);
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
    await eventually('writes', 90, async () => (await cache.client('SET', 'probe', 'x')).includes('OK'));
  });
});

test('a new password is taken over by all servers at once; one alone with it does not become ready', async () => {
  const replica = ((await cache.primary()) + 1) % 3;
  const restart = async (index: number) => {
    await cache.servers[index]?.remove();
    await cache.startServer(index);
  };
  await survives('a new password', async () => {
    cache.password = 'another password of the servers';
    await restart(replica);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(await cache.servers[replica]?.ready()).toBe(false);
    await Promise.all([0, 1, 2].map(restart));
    await eventually('writes', 60, async () => (await cache.client('SET', 'probe', 'x')).includes('OK'));
  });
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

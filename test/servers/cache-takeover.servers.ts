import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestCache } from './cache/replicated-cache';
import { run } from './support/container';
import { eventually } from './support/tools';

const tools = join(__dirname, '../../node_modules/.cache/veza/tools/cache');
const rdbVersion = 12;
let cache: TestCache | undefined;

afterAll(() => cache?.remove());

/** Makes the volume of a single Redis, with the RDB version that 7.4 has too: a base file, and writes after it. */
async function redisVolume(claim: string): Promise<void> {
  const loader = [join(tools, 'lib/ld-linux-x86-64.so.2'), '--library-path', join(tools, 'lib')];
  const options = ['--dir', claim, '--port', '0', '--unixsocket', join(claim, 'socket'), '--appendonly', 'yes'];
  const [program = '', ...line] = [...loader, join(tools, 'programs/redis-8'), ...options];
  const server = spawn(program, line, { stdio: 'ignore' });
  const ask = async (...command: string[]) =>
    (await run(['redis-cli', '-s', join(claim, 'socket'), ...command])).output.trim();
  await eventually('Redis', 20, async () => (await ask('ping')) === 'PONG');
  await ask('set', 'before', 'kept');
  await ask('bgrewriteaof');
  await eventually('the base file', 20, async () => /aof_rewrite_in_progress:0/.test(await ask('info', 'persistence')));
  await ask('hset', 'user', 'name', 'x');
  await ask('set', 'session', 'later', 'ex', '1000');
  await ask('shutdown');
  server.kill();
  const base = readdirSync(join(claim, 'appendonlydir')).find((file) => file.endsWith('.base.rdb')) ?? '';
  expect(readFileSync(join(claim, 'appendonlydir', base), 'latin1').slice(5, 9)).toBe(`00${rdbVersion}`);
  execFileSync('chown', ['-R', '10003:10003', claim]);
}

test('the data of a single Redis 7.4 are those of the replicated cache', async () => {
  cache = await TestCache.start(redisVolume);
  expect(await cache.client('GET', 'before')).toContain('kept');
  expect(await cache.client('HGET', 'user', 'name')).toContain('x');
  expect(await cache.client('GET', 'session')).toContain('later');
  for (const index of [0, 1, 2]) expect((await cache.admin(index, 'dbsize')).output.trim()).toBe('3');
}, 400_000);

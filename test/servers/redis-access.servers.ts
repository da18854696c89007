import { Redis } from '../../lib/constructs/redis/redis';
import { cache } from '../constructs/postgres/support/stores';
import { hostileCommands, refusal } from './cache/hostile-commands';
import { makeClaim, removeClaim } from './support/claims';
import { synthesize } from './support/manifests';
import { Pod } from './support/pod';
import { scrape } from './support/scrape';
import { eventually, requireTools } from './support/tools';

const claim = makeClaim();
let pod: Pod;

jest.setTimeout(60_000);

beforeAll(async () => {
  requireTools();
  const manifests = synthesize((chart) => {
    const namespaceScope = { namespace: 'test', platform: 'veza', environment: 'test' };
    new Redis(chart, 'redis', { namespaceScope, cache, priorityClassName: 'veza-stores' });
  });
  pod = await Pod.create({ manifests, secrets: {}, claim });
  await pod.startAll();
  await eventually('Redis ready', 20, () => pod.ready());
  await asClient('set track one');
});

afterAll(async () => {
  await pod.remove();
  removeClaim(claim);
});

/** Runs a command as a pod next door: over the network, without a password. */
async function asClient(command: string): Promise<string> {
  return (await pod.client(['redis-cli', '-h', '127.0.0.2', ...command.split(' ')])).output.trim();
}

test.each(hostileCommands)('a client is refused: %s', async (command) => {
  expect(await asClient(command)).toMatch(refusal);
});

test('a client cannot become the administrator', async () => {
  for (const password of ['admin', 'default', 'x']) {
    expect(await asClient(`auth admin ${password}`)).toMatch(/^(WRONGPASS|ERR AUTH failed: WRONGPASS)/);
  }
  expect(await asClient('acl whoami')).toBe('default');
});

test('after all that, the server works as before', async () => {
  expect(await asClient('get track')).toBe('one');
  expect(await asClient('info replication')).toMatch(/^role:master\r?$/m);
});

test('a client has the commands that services use', async () => {
  const commands = [
    'hello 3',
    'client setname service',
    'select 0',
    'set session one ex 60',
    'incr hits',
    'hset user name x',
    'zadd chart 1 track',
    'xadd events * a 1',
    'publish channel x',
    'scan 0',
    'keys session',
    'info server',
  ];
  for (const command of commands) expect(`${command}: ${await asClient(command)}`).not.toMatch(/NOPERM|ERR/);
});

test('a value cannot be so large that it takes the memory of the server', async () => {
  expect(await asClient('setbit large 4294967295 1')).toMatch(/^ERR /);
});

test('the administrator can do everything, in the pod', async () => {
  const admin = async (...command: string[]) =>
    (await pod.container('redis').exec(['sh', '/etc/redis/admin.sh', ...command])).output.trim();
  expect(await admin('acl', 'whoami')).toBe('admin');
  expect(await admin('config', 'get', 'maxclients')).toBe('maxclients\n10000');
  expect(await admin('client', 'list')).toContain('user=admin');
  expect(await admin('script', 'flush')).toBe('OK');
});

test('only the container of the server can read the password of the administrator', async () => {
  const read = ['cat', '/var/run/redis/admin'];
  expect((await pod.container('redis-exporter').exec(read)).code).not.toBe(0);
  expect((await pod.container('redis').exec(read)).output).toMatch(/^[0-9a-f]{48}$/);
});

test('the exporter has what its dashboards and alerts need', async () => {
  const metrics = await scrape(pod, 9121);
  expect(metrics).toContain('\nredis_up 1\n');
  const names = new Set(metrics.match(/^redis_\w+/gm));
  const needed = ['redis_connected_clients', 'redis_memory_max_bytes', 'redis_commands_total', 'redis_db_keys'];
  expect(needed.filter((name) => !names.has(name))).toEqual([]);
  expect(pod.container('redis-exporter').log).not.toMatch(/level=(error|fatal)/);
});

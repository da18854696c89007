import { Redis } from '../../lib/constructs/redis/redis';
import { computeMaxMemory } from '../../lib/constructs/redis/redis-configuration';
import type { SingleCache } from '../../lib/platform/settings/cache';
import { cache } from '../constructs/postgres/support/stores';
import { makeClaim, removeClaim } from './support/claims';
import { synthesize } from './support/manifests';
import { Pod } from './support/pod';
import { scrape } from './support/scrape';
import { eventually, requireTools } from './support/tools';

// 12 MiB for keys: 2000 values of 10 kB do not fit.
const amounts = { cpu: '1', memory: '20Mi', ephemeralStorage: '64Mi' };
const values = 2000;
let claim: string;
let pod: Pod;

jest.setTimeout(60_000);
beforeAll(requireTools);

beforeEach(() => {
  claim = makeClaim();
});

afterEach(async () => {
  await pod.remove();
  removeClaim(claim);
});

function cacheWith(evictionPolicy: SingleCache['evictionPolicy']): SingleCache {
  return { ...cache, resources: { requests: amounts, limits: amounts }, evictionPolicy, scripts: true };
}

async function start(evictionPolicy: SingleCache['evictionPolicy']): Promise<void> {
  const manifests = synthesize((chart) => {
    const namespaceScope = { namespace: 'test', platform: 'veza', environment: 'test' };
    new Redis(chart, 'redis', { namespaceScope, cache: cacheWith(evictionPolicy), priorityClassName: 'veza-stores' });
  });
  pod = await Pod.create({ manifests, secrets: {}, claim });
  await pod.startAll();
  await eventually('Redis ready', 20, () => pod.ready());
}

async function redis(...command: string[]): Promise<string> {
  return (await pod.client(['redis-cli', '-h', '127.0.0.2', ...command])).output.trim();
}

/** Writes more than fits; returns how often Redis gave each answer. */
async function overfill(): Promise<Record<string, number>> {
  const write = `seq ${values} | sed "s/.*/SET key& $(head -c 10000 /dev/zero | tr '\\0' x)/" | redis-cli -h 127.0.0.2`;
  const answers = (await pod.client(['sh', '-c', write])).output.trim().split('\n');
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  delete counts[''];
  return counts;
}

/** Runs a command of the administrator, as a person does in the pod. */
async function admin(...command: string[]): Promise<string> {
  return (await pod.container('redis').exec(['sh', '/etc/redis/admin.sh', ...command])).output.trim();
}

async function info(field: string): Promise<number> {
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(await redis('info'))?.[1]);
}

test('runs as a non-root UID, accepts clients of other pods, and its probes and exporter succeed', async () => {
  await start('allkeys-lru');
  expect(await pod.container('redis').exec(['id', '-u'])).toEqual({ code: 0, output: '10003\n' });
  expect(await pod.container('redis-exporter').exec(['id', '-u'])).toEqual({ code: 0, output: '10004\n' });
  expect(await redis('ping')).toBe('PONG');
  for (const name of ['redis', 'redis-exporter']) {
    expect(await pod.probe(name, 'startupProbe')).toBe(true);
    expect(await pod.probe(name, 'readinessProbe')).toBe(true);
    expect(await pod.probe(name, 'livenessProbe')).toBe(true);
  }
  const metrics = await scrape(pod, 9121);
  expect(metrics).toContain('\nredis_up 1\n');
  expect(metrics).toMatch(/\nredis_memory_max_bytes 1\.2582912e\+07\n/);
});

test('is not ready when it answers with an error, or not at all, and stays alive', async () => {
  await start('allkeys-lru');
  await admin('acl', 'setuser', 'default', '-ping');
  expect(await pod.probe('redis', 'readinessProbe')).toBe(false);
  await admin('acl', 'setuser', 'default', '+ping');
  expect(await pod.probe('redis', 'readinessProbe')).toBe(true);
  await pod.container('redis').kill();
  expect(await pod.probe('redis-exporter', 'readinessProbe')).toBe(true);
  expect(await scrape(pod, 9121)).toContain('\nredis_up 0\n');
});

test('a script that does not end makes it not alive, other errors do not', async () => {
  await start('allkeys-lru');
  await admin('config', 'set', 'busy-reply-threshold', '100');
  const script = redis('eval', "redis.call('set', 'a', 1) while true do end", '0');
  await eventually('busy', 10, async () => (await redis('ping')).startsWith('BUSY'));
  expect(await pod.probe('redis', 'livenessProbe')).toBe(false);
  await pod.container('redis').kill();
  await script;
  await pod.remove();
  await start('allkeys-lru');
  expect(await redis('get', 'a')).toBe('');
  await admin('acl', 'setuser', 'default', '-ping');
  expect(await pod.probe('redis', 'livenessProbe')).toBe(true);
});

test('with allkeys-lru every write is accepted, and old keys are evicted', async () => {
  await start('allkeys-lru');
  expect(await overfill()).toEqual({ OK: values });
  expect(await info('evicted_keys')).toBeGreaterThan(500);
  expect(await info('used_memory')).toBeLessThan(computeMaxMemory(cacheWith('allkeys-lru')) * 1.1);
});

test('with noeviction writes are refused when memory is full, and no key is evicted', async () => {
  await start('noeviction');
  const { OK = 0, ...refused } = await overfill();
  expect(Object.keys(refused)).toEqual(["OOM command not allowed when used memory > 'maxmemory'."]);
  expect(await redis('dbsize')).toBe(String(OK));
  expect(await info('evicted_keys')).toBe(0);
});

test('data survives kill -9, except for the last second', async () => {
  await start('noeviction');
  await redis('set', 'session', 'kept');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await pod.kill();
  await pod.remove();
  await start('noeviction');
  expect(await redis('get', 'session')).toBe('kept');
});

test('ends cleanly on SIGTERM, and keeps the last writes', async () => {
  await start('noeviction');
  await redis('set', 'session', 'last');
  expect((await pod.container('redis').stop('SIGTERM')).code).toBe(0);
  await pod.remove();
  await start('noeviction');
  expect(await redis('get', 'session')).toBe('last');
});

import { findSchemaProblems } from '../../../lib/platform/errors';
import { type Cache, cacheSchema, resolveCacheEndpoint } from '../../../lib/platform/settings/cache';
import { cache } from '../../constructs/postgres/support/stores';

const managed: Cache = { kind: 'managed', host: '10.1.2.3', port: 6380, cidr: '10.1.2.3/32' };

function problems(value: unknown): string[] {
  return findSchemaProblems(cacheSchema, value, 'cache');
}

test('takes both kinds', () => {
  expect(problems(cache)).toEqual([]);
  expect(problems(managed)).toEqual([]);
});

test('a cache is reached through its Service, or where it is', () => {
  expect(resolveCacheEndpoint(cache)).toStrictEqual({ host: 'redis-service', port: 6379, database: 0 });
  expect(resolveCacheEndpoint(managed)).toStrictEqual({ host: '10.1.2.3', port: 6380, database: 0 });
});

test('refuses a policy that Redis does not have', () => {
  expect(problems({ ...cache, evictionPolicy: 'lru' })).toEqual([
    'cache.evictionPolicy: "lru": use one of noeviction, allkeys-lru, allkeys-lfu, allkeys-random, volatile-lru, volatile-lfu, volatile-random, volatile-ttl',
  ]);
});

test.each([
  ['host', '', 'use a host name or an IP address'],
  ['port', 70000, 'use a whole number from 1 to 65535'],
  ['cidr', '10.1.2.3/33', 'use CIDR notation, such as 10.0.0.0/16'],
])('refuses a managed cache with %s %j', (key, value, message) => {
  expect(problems({ ...managed, [key]: value })).toEqual([`cache.${key}: ${JSON.stringify(value)}: ${message}`]);
});

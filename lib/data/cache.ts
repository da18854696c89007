import * as z from 'zod';
import { cidr, endpointHost, port } from '../kubernetes/formats';
import { containerResources } from '../kubernetes/resources';
import { storageSchema } from './storage';

/** Name of the Service in front of a cache in the cluster. */
export const redisHost = 'redis-service';

/** Port of Redis, of its pods as of its Service. */
export const redisPort = 6379;

/** What Redis does with a write when its memory is full. */
export const evictionPolicies = [
  'noeviction',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
] as const;

const inClusterCache = z.strictObject({
  kind: z.literal('in-cluster'),
  /** Resources of the server's container; its exporter has its own. */
  resources: containerResources,
  storage: storageSchema,
  /** What Redis does with a write when its memory is full: refuse it, or drop other keys for it. */
  evictionPolicy: z.enum(evictionPolicies, `use one of ${evictionPolicies.join(', ')}`),
});

const managedCache = z.strictObject({
  kind: z.literal('managed'),
  host: endpointHost,
  port,
  /** Addresses of the host, for the network policies. */
  cidr,
});

/** The cache of an environment: a Redis in the cluster, or one that somebody else runs. */
export const cacheSchema = z.discriminatedUnion('kind', [inClusterCache, managedCache]);

/** The cache of an environment. */
export type Cache = z.infer<typeof cacheSchema>;

/** A cache that runs in the cluster. */
export type InClusterCache = z.infer<typeof inClusterCache>;

/** A cache that somebody else runs. */
export type ManagedCache = z.infer<typeof managedCache>;

/** How services reach their cache. */
export interface CacheEndpoint {
  readonly host: string;
  readonly port: number;
  /** Number of the Redis database. */
  readonly database: number;
}

/** How services reach a cache. */
export function cacheEndpoint(cache: Cache): CacheEndpoint {
  const server =
    cache.kind === 'managed' ? { host: cache.host, port: cache.port } : { host: redisHost, port: redisPort };
  return { ...server, database: 0 };
}

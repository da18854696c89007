import * as z from 'zod';
import type { CacheFacts } from '../service-settings';
import { cidr, endpointHost, port, renamedKinds } from './formats';
import { type ContainerResources, containerResources, type Storage, storageSchema } from './resources';
import { type SecretSource, secretSourceSchema } from './secret-source';

/** Name of the Service in front of a cache in the cluster. */
export const redisHost = 'redis-service';

/** Port of Redis, of its pods as of its Service. */
export const redisPort = 6379;

/** Names of the workloads of a replicated cache: its servers with their sentinels, and the proxies before them. */
export const cacheWorkloads = { servers: 'redis', proxy: 'redis-proxy' } as const;

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

/** The cache of an environment: in the cluster, in one pod or replicated, or a managed one. */
export type Cache = InClusterCache | ManagedCache;

/** A cache that runs in the cluster, which the platform monitors itself. */
export type InClusterCache = SingleCache | ReplicatedCache | EphemeralCache;

/** A cache in one pod, with or without a volume. */
export type OnePodCache = SingleCache | EphemeralCache;

/** How a server of a cache in the cluster is set up. */
interface CacheServer {
  /** Resources of the server's container; its exporter has its own. 60 % of the memory limit hold keys. */
  readonly resources: ContainerResources;
  /** What Redis does with a write when its memory is full: refuse it, or drop other keys for it, such as `volatile-lru`. */
  readonly evictionPolicy: EvictionPolicy;
  /**
   * Whether services may run Lua scripts (EVAL). A script that does not end occupies the server, until it is restarted after a
   * minute: such as `false`, unless a service needs them.
   */
  readonly scripts: boolean;
}

/** A cache that runs in the cluster, in one pod. */
export interface SingleCache extends CacheServer {
  readonly kind: 'single';
  /** Its volume, on which it appends every write. */
  readonly storage: Storage;
}

/** A cache in one pod without a volume: what it holds is lost when it restarts. */
export interface EphemeralCache extends CacheServer {
  readonly kind: 'ephemeral';
}

/** A cache that runs in the cluster, in three pods behind a proxy: one of them takes writes, another takes over if it is lost. */
export interface ReplicatedCache extends CacheServer {
  readonly kind: 'replicated';
  /** Volume of each server, on which it appends every write. */
  readonly storage: Storage;
  /** Where the password comes from that the servers have among each other: CACHE_PASSWORD. Clients need none. */
  readonly secrets: SecretSource;
}

/** Key of the password that the servers of a replicated cache have among each other. */
export const cachePasswordKey = 'CACHE_PASSWORD';

/** Name of the Secret of a platform's replicated cache, such as `veza-cache-secrets`. */
export function nameCacheSecret(platform: string): string {
  return `${platform}-cache-secrets`;
}

/** A cache that is run outside the cluster, by a provider. */
export interface ManagedCache {
  readonly kind: 'managed';
  /** Host name or address that services connect to, such as `redis.example.com`: REDIS_HOST. */
  readonly host: string;
  /** TCP port, such as 6379: REDIS_PORT. */
  readonly port: number;
  /** Addresses of the host in CIDR notation, for the network policies, such as `10.3.0.7/32`. */
  readonly cidr: string;
}

/** What Redis does with a write when its memory is full. */
export type EvictionPolicy = (typeof evictionPolicies)[number];

const server = {
  resources: containerResources,
  evictionPolicy: z.enum(evictionPolicies),
  scripts: z.boolean(),
};

const singleCache = z.strictObject({ kind: z.literal('single'), storage: storageSchema, ...server });
const ephemeralCache = z.strictObject({ kind: z.literal('ephemeral'), ...server });

/** @internal */
export const onePodCache = z.discriminatedUnion('kind', [singleCache, ephemeralCache]);

/** @internal */
export const replicatedCache = z.strictObject({
  kind: z.literal('replicated'),
  storage: storageSchema,
  ...server,
  secrets: secretSourceSchema,
});

const managedCache = z.strictObject({
  kind: z.literal('managed'),
  host: endpointHost,
  port,
  cidr,
});

/** @internal */
export const cacheSchema = z.discriminatedUnion('kind', [singleCache, replicatedCache, ephemeralCache, managedCache], {
  error: renamedKinds({ 'in-cluster': 'single' }),
});

/** How services reach a cache. */
export function resolveCacheEndpoint(cache: Cache): CacheFacts {
  const server =
    cache.kind === 'managed' ? { host: cache.host, port: cache.port } : { host: redisHost, port: redisPort };
  return { ...server, database: 0 };
}

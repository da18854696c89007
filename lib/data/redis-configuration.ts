import { parseQuantity } from '../kubernetes/quantity';
import { type InClusterCache, redisPort } from './cache';

/** Directory of the volume. */
export const redisData = '/data';

/** Bytes that keys and values may take: the rest is for clients' buffers and for the pages that a rewrite copies. */
export function maxMemory({ resources }: Pick<InClusterCache, 'resources'>): number {
  return Math.floor(parseQuantity(resources.limits.memory) * 0.6);
}

/** Writes `redis.conf`. */
export function redisConf(cache: InClusterCache): string {
  const settings: readonly (readonly [name: string, value: string])[] = [
    // Every address of the pod; IPv6 where there is any.
    ['bind', '* -::*'],
    ['port', String(redisPort)],
    // Without a password this mode would refuse every client of another pod. The network policies are the guard here.
    ['protected-mode', 'no'],
    ['dir', redisData],
    // Each write is on disk within a second. Snapshots besides would only double the disk and fork more often.
    ['appendonly', 'yes'],
    ['appendfsync', 'everysec'],
    ['save', '""'],
    // A log that a crash cut off is loaded up to its last whole write.
    ['aof-load-truncated', 'yes'],
    ['maxmemory', String(maxMemory(cache))],
    ['maxmemory-policy', cache.evictionPolicy],
  ];
  return settings.map(([name, value]) => `${name} ${value}\n`).join('');
}

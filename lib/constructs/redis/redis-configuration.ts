import { type InClusterCache, redisPort } from '../../platform/settings/cache';
import { parseQuantity } from '../../platform/settings/quantity';
import { readScripts } from '../stateful/script-files';

/** Where the containers of the pod find things. */
export const redisPaths = {
  /** Files of the ConfigMap. */
  config: '/etc/redis',
  /** The volume. */
  data: '/data',
  /** What the start script makes, in memory. */
  run: '/var/run/redis',
} as const;

/** Files of the ConfigMap, by what they are. */
export const redisFiles = { server: 'redis.conf', users: 'users.acl', start: 'start.sh', admin: 'admin.sh' } as const;

/** Files that the start script makes. */
export const redisRunFiles = {
  users: `${redisPaths.run}/users.acl`,
  adminCredential: `${redisPaths.run}/admin`,
} as const;

/** Every file of the ConfigMap: name -> content. */
export function writeRedisConfiguration(cache: InClusterCache): Record<string, string> {
  return {
    [redisFiles.server]: writeRedisConf(cache),
    [redisFiles.users]: writeRedisUsers(cache),
    ...readScripts('constructs/redis/scripts', [redisFiles.start, redisFiles.admin]),
  };
}

/** Memory for keys and values, in bytes: the rest is for clients' buffers and for pages that a rewrite copies. */
export function computeMaxMemory({ resources }: Pick<InClusterCache, 'resources'>): number {
  return Math.floor(parseQuantity(resources.limits.memory) * 0.6);
}

/** Largest value of a key, in bytes. Redis accepts 1 MiB or more: without a limit, one SETBIT allocates 512 MiB. */
function computeMaxValue(cache: InClusterCache): number {
  return Math.max(1024 ** 2, Math.floor(computeMaxMemory(cache) / 16));
}

export function writeRedisConf(cache: InClusterCache): string {
  const settings: readonly (readonly [name: string, value: string])[] = [
    // Every address of the pod; IPv6 where there is any.
    ['bind', '* -::*'],
    ['port', String(redisPort)],
    // Clients have no password, and this mode would refuse them: network policies and the users' file restrict them.
    ['protected-mode', 'no'],
    ['aclfile', redisRunFiles.users],
    // Not even the administrator changes protected settings, debugs or loads code: it takes a change of these files.
    ['enable-protected-configs', 'no'],
    ['enable-debug-command', 'no'],
    ['enable-module-command', 'no'],
    ['dir', redisPaths.data],
    // Each write is on disk within a second. Additional snapshots would double the disk usage and fork more often.
    ['appendonly', cache.kind === 'ephemeral' ? 'no' : 'yes'],
    ['appendfsync', 'everysec'],
    ['save', '""'],
    // A log that a crash has truncated is loaded up to its last complete write.
    ['aof-load-truncated', 'yes'],
    ['maxmemory', String(computeMaxMemory(cache))],
    ['maxmemory-policy', cache.evictionPolicy],
    // The client with the largest buffers is disconnected, before its buffers take the server's memory.
    ['maxmemory-clients', '20%'],
    ['proto-max-bulk-len', String(computeMaxValue(cache))],
    // Connections of pods that are gone end within a minute.
    ['tcp-keepalive', '60'],
  ];
  return settings.map(([name, value]) => `${name} ${value}\n`).join('');
}

/** Dangerous commands that clients and the exporter need, and that change nothing. */
const harmless = [
  'info',
  'keys',
  'sort',
  'sort_ro',
  'slowlog|get',
  'slowlog|len',
  'latency|latest',
  'latency|histogram',
];

/** Commands that run Lua scripts. None of them loads a function, and none ends the scripts of others. */
const scripting = ['eval', 'eval_ro', 'evalsha', 'evalsha_ro', 'fcall', 'fcall_ro', 'script|load', 'script|exists'];

/**
 * Writes the users' file, without the administrator, which the start script adds. Everyone who reaches the server is the default
 * user: it reads and writes all keys, and can neither change, save nor stop the server, nor interfere with other clients.
 */
export function writeRedisUsers({ scripts }: Pick<InClusterCache, 'scripts'>): string {
  const allowed = [...harmless, ...(scripts ? scripting : [])].map((command) => `+${command}`).join(' ');
  return `user default on nopass sanitize-payload ~* &* +@all -@admin -@dangerous -@scripting ${allowed}\n`;
}

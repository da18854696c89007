import type { ReplicatedCache } from '../../platform/settings/cache';
import { readScripts } from '../stateful/script-files';
import {
  computeMaxMemory,
  redisFiles,
  redisPaths,
  redisRunFiles,
  writeRedisConfiguration,
} from './redis-configuration';

/** Port of the sentinels. */
export const sentinelPort = 26379;

/** Servers, and sentinels: the fewest of which two agree while one is lost. */
export const cacheServers = 3;

/** Files of the ConfigMap, in addition to those of a single server. */
export const replicationFiles = {
  server: 'replicated.conf',
  peerUsers: 'peer-users.acl',
  sentinel: 'sentinel.conf',
  monitor: 'monitor.conf',
  sentinelUsers: 'sentinel-users.acl',
  sentinelPeerUsers: 'sentinel-peer-users.acl',
  primary: 'primary.sh',
  startServer: 'start-server.sh',
  startSentinel: 'start-sentinel.sh',
  ready: 'ready.sh',
} as const;

/** Directory of the sentinel: a folder of the volume, mounted alone. */
export const sentinelData = '/sentinel';

/** Every file of the ConfigMap: name -> content. */
export function writeReplicationConfiguration(cache: ReplicatedCache): Record<string, string> {
  const { primary, startServer, startSentinel, ready } = replicationFiles;
  return {
    ...writeRedisConfiguration(cache),
    [replicationFiles.server]: writeServerConf(cache),
    [replicationFiles.peerUsers]: writePeerUsers(),
    [replicationFiles.sentinel]: writeSentinelConf(),
    [replicationFiles.monitor]: writeMonitorConf(),
    [replicationFiles.sentinelUsers]:
      'user default on nopass sanitize-payload resetchannels -@all +ping +info +sentinel|get-master-addr-by-name\n',
    [replicationFiles.sentinelPeerUsers]: 'user sentinel on #PEER_PASSWORD_HASH ~* &* +@all\n',
    ...readScripts('constructs/redis/scripts', [primary, startServer, startSentinel, ready]),
  };
}

/** Settings of a server that has replicas, or is one. */
function writeServerConf(cache: ReplicatedCache): string {
  const buffer = Math.floor(computeMaxMemory(cache) / 4);
  return writeLines([
    ['include', `${redisPaths.config}/${redisFiles.server}`],
    // A primary that has lost its replicas accepts no write, which the next primary would not have.
    ['min-replicas-to-write', '1'],
    ['min-replicas-max-lag', '10'],
    // No sentinel makes a server the primary whose data are those of its volume: ready.sh allows it once they are the primary's.
    ['replica-priority', '0'],
    ['repl-diskless-sync', 'yes'],
    // What a replica has yet to get is not part of maxmemory. The default of 256 MB may be more than the memory that is left.
    ['client-output-buffer-limit', `replica ${buffer} ${Math.floor(buffer / 2)} 60`],
    // A stopped primary first gives its replicas the last writes.
    ['shutdown-timeout', '20'],
    // Volumes of Redis 7.4 state a newer version of the format than Valkey's own, which Valkey otherwise refuses.
    ['rdb-version-check', 'relaxed'],
  ]);
}

/** What servers and sentinels can do at each other: copy data, and make another server the primary. */
function writePeerUsers(): string {
  const sentinel =
    '+multi +exec +ping +info +role +publish +subscribe +slaveof +replicaof +failover +config|rewrite +client|setname +client|kill +script|kill';
  return [
    'user replica on #PEER_PASSWORD_HASH resetchannels -@all +ping +psync +replconf\n',
    `user sentinel on #PEER_PASSWORD_HASH &* -@all ${sentinel}\n`,
  ].join('');
}

function writeSentinelConf(): string {
  return writeLines([
    ['port', String(sentinelPort)],
    ['protected-mode', 'no'],
    ['dir', sentinelData],
    ['aclfile', redisRunFiles.users],
    // Addresses of pods change, their names do not.
    ['sentinel resolve-hostnames', 'yes'],
    ['sentinel announce-hostnames', 'yes'],
  ]);
}

/** When a primary counts as lost, and what happens then. The start script writes the primary before this. */
function writeMonitorConf(): string {
  return writeLines([
    ['sentinel down-after-milliseconds veza', '5000'],
    // A failover that found no replica is tried again after twice this time.
    ['sentinel failover-timeout veza', '20000'],
    ['sentinel parallel-syncs veza', '1'],
    ['sentinel auth-user veza', 'sentinel'],
  ]);
}

function writeLines(settings: readonly (readonly [name: string, value: string])[]): string {
  return settings.map(([name, value]) => `${name} ${value}\n`).join('');
}

/** Name of a server's pod in the namespace. */
function nameServerHost(index: number): string {
  return `redis-${index}.redis-headless`;
}

/** Names of all servers. */
export const serverHosts: readonly string[] = Array.from({ length: cacheServers }, (_, index) => nameServerHost(index));

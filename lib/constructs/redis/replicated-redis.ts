import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import {
  cacheWorkloads,
  type ReplicatedCache,
  redisHost,
  redisPort,
  replicatedCache,
} from '../../platform/settings/cache';
import { objectName } from '../../platform/settings/formats';
import { dataVolume } from '../../platform/workload-names';
import { findImage } from '../images';
import { k8s } from '../kubernetes/k8s';
import { nameConfig, namespaceScopeSchema, type WorkloadIdentity, type WorkloadProps } from '../kubernetes/metadata';
import { makeFieldReference, pulledOnce, secureContainer } from '../kubernetes/pod-defaults';
import {
  makePodUsage,
  makeSmallResources,
  type QuotaUsage,
  toCanonicalQuantity,
  toRequirements,
} from '../kubernetes/resources';
import { credentialFile } from '../postgres/postgres-configuration';
import { makeCredentialVolume, type SecretKey } from '../postgres/postgres-volumes';
import { nameGoverningService, StatefulServer } from '../stateful/stateful-server';
import { redisPaths } from './redis-configuration';
import {
  makeAdminEnvironment,
  makeCacheExporter,
  makeCacheServer,
  makeStartCommand,
  redisExporterResources,
  redisMetricsPort,
  redisUids,
} from './redis-containers';
import { RedisProxy } from './redis-proxy';
import {
  cacheServers,
  replicationFiles,
  sentinelData,
  sentinelPort,
  serverHosts,
  writeReplicationConfiguration,
} from './replication-configuration';

const valkeyImage = findImage('valkey');

const sentinelResources = makeSmallResources('50m', '64Mi');
const credentialPath = '/var/run/redis-credentials';
const cli = 'valkey-cli';

/** Properties of a `ReplicatedRedis`. */
export interface ReplicatedRedisProps extends WorkloadProps {
  /** Size and eviction policy of the servers. */
  readonly cache: ReplicatedCache;
  /** Password that the servers have among each other. */
  readonly password: SecretKey;
}

const propsSchema = z.looseObject({
  namespaceScope: namespaceScopeSchema,
  cache: replicatedCache,
  password: z.looseObject({ secretName: objectName, key: z.string().min(1, 'is empty; name a key') }),
  priorityClassName: objectName,
});

/**
 * Valkey in three pods, each with a sentinel, behind a proxy. Clients know one address and have no password. The sentinels
 * make a replica the primary if two of them have lost it; the volume of a single Redis 7 becomes that of the first server.
 */
export class ReplicatedRedis extends Construct {
  /** The workload of the servers, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** The workload of the proxy, which clients call. */
  readonly proxy: WorkloadIdentity;
  /** Name under which services reach the proxy. */
  readonly host = redisHost;
  /** Ports that the servers' pods listen on, by name. */
  readonly ports = { redis: redisPort, sentinel: sentinelPort, metrics: redisMetricsPort } as const;
  /** What the pods take of the namespace's quota. */
  readonly quotaUsages: readonly QuotaUsage[];

  constructor(scope: Construct, id: string, props: ReplicatedRedisProps) {
    super(scope, id);
    requireValid(propsSchema, props, 'ReplicatedRedis');
    const { namespaceScope, cache, password, priorityClassName } = props;
    this.identity = { ...namespaceScope, name: cacheWorkloads.servers, component: 'cache' };
    const proxy = new RedisProxy(this, 'proxy', { namespaceScope, priorityClassName });
    this.proxy = proxy.identity;
    this.quotaUsages = [
      makePodUsage(
        this.identity.name,
        cacheServers,
        [cache.resources, sentinelResources, redisExporterResources],
        [cache.storage.size],
      ),
      proxy.quotaUsage,
    ];
    const files = writeReplicationConfiguration(cache);
    new StatefulServer(this, 'store', {
      identity: this.identity,
      uid: redisUids.server,
      service: { name: nameGoverningService(this.identity), portName: 'redis', port: redisPort, targetPort: 'redis' },
      pods: { kind: 'peers', replicas: cacheServers },
      storage: cache.storage,
      files,
      restartsOnChangeOf: files,
      priorityClassName,
      terminationGracePeriodSeconds: 60,
      pod: {
        containers: [makeServer(cache), makeSentinel(), makeCacheExporter()],
        volumes: [
          { name: 'config', configMap: { name: nameConfig(this.identity) } },
          makeCredentialVolume('credentials', password),
          makeMemoryVolume('run'),
          makeMemoryVolume('sentinel-run'),
        ],
      },
    });
  }
}

/** A volume for what a start script makes, which is never on a disk. */
function makeMemoryVolume(name: string): k8s.Volume {
  return { name, emptyDir: { medium: 'Memory', sizeLimit: toCanonicalQuantity('1Mi') } };
}

const credentials: k8s.VolumeMount = { name: 'credentials', mountPath: credentialPath, readOnly: true };

function makeServer({ resources }: ReplicatedCache): k8s.Container {
  const script = (name: string) => `${redisPaths.config}/${name}`;
  return makeCacheServer({
    image: valkeyImage,
    cli,
    command: ['sh', script(replicationFiles.startServer)],
    env: [
      ...makePeerEnvironment(replicationFiles.server, replicationFiles.peerUsers),
      { name: 'SERVER_FILE', value: `${redisPaths.run}/server.conf` },
    ],
    resources,
    ready: ['sh', script(replicationFiles.ready)],
    volumeMounts: [credentials],
  });
}

function makeSentinel(): k8s.Container {
  const tcp = { tcpSocket: { port: k8s.IntOrString.fromString('sentinel') }, timeoutSeconds: 5 };
  return {
    name: 'sentinel',
    image: valkeyImage,
    ...pulledOnce,
    command: makeStartCommand(['sh', `${redisPaths.config}/${replicationFiles.startSentinel}`]),
    env: [
      ...makeAdminEnvironment(cli, sentinelPort, replicationFiles.sentinelUsers),
      ...makePeerEnvironment(replicationFiles.sentinel, replicationFiles.sentinelPeerUsers),
      { name: 'MONITOR_FILE', value: `${redisPaths.config}/${replicationFiles.monitor}` },
      { name: 'SENTINEL_FILE', value: `${sentinelData}/sentinel.conf` },
    ],
    ports: [{ name: 'sentinel', containerPort: sentinelPort, protocol: 'TCP' }],
    securityContext: secureContainer(redisUids.server),
    resources: toRequirements(sentinelResources),
    startupProbe: { ...tcp, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: {
      exec: { command: [cli, '-e', '-h', '127.0.0.1', '-p', String(sentinelPort), 'ping'] },
      timeoutSeconds: 10,
      periodSeconds: 10,
      failureThreshold: 3,
    },
    livenessProbe: { ...tcp, periodSeconds: 10, failureThreshold: 6 },
    volumeMounts: [
      { name: dataVolume, mountPath: sentinelData, subPath: sentinelData.slice(1) },
      { name: 'config', mountPath: redisPaths.config, readOnly: true },
      { name: 'sentinel-run', mountPath: redisPaths.run },
      credentials,
    ],
  };
}

/** What the scripts need to find the other pods, and to be known by them. */
function makePeerEnvironment(config: string, users: string): k8s.EnvVar[] {
  const file = (name: string) => `${redisPaths.config}/${name}`;
  return [
    { name: 'POD_NAME', valueFrom: { fieldRef: makeFieldReference('metadata.name') } },
    // Kubernetes replaces the name of the pod.
    { name: 'SELF', value: '$(POD_NAME).redis-headless' },
    { name: 'SERVERS', value: serverHosts.join(' ') },
    { name: 'PORT_OF_SERVERS', value: String(redisPort) },
    { name: 'PORT_OF_SENTINELS', value: String(sentinelPort) },
    { name: 'CREDENTIAL_FILE', value: `${credentialPath}/${credentialFile}` },
    { name: 'CONFIG_FILE', value: file(config) },
    { name: 'PEER_USERS_FILE', value: file(users) },
  ];
}

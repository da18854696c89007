import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import { type InClusterCache, inClusterCache, redisHost, redisPort } from '../../platform/settings/cache';
import { objectName } from '../../platform/settings/formats';
import { parseQuantity } from '../../platform/settings/quantity';
import { dataVolume } from '../../platform/workload-names';
import { homeSchema, type NamespaceScope, type WorkloadIdentity } from '../kubernetes/metadata';
import { containerSecurity, pulledOnce } from '../kubernetes/pod-defaults';
import type { QuotaUsage } from '../kubernetes/quota-usage';
import { resourceRequirements, smallResources } from '../kubernetes/resources';
import { exporterContainer } from '../stateful/exporter';
import { configName, StatefulServer } from '../stateful/stateful-server';

/** Port of its exporter. */
export const redisMetricsPort = 9121;

/** Image of the server. */
export const redisImage = 'docker.io/library/redis:7.4.11-bookworm';
/** Image of its exporter. */
export const redisExporterImage = 'docker.io/oliver006/redis_exporter:v1.89.0';
const uids = { server: 10003, exporter: 10004 } as const;
const configPath = '/etc/redis';
const configFile = 'redis.conf';
const exporterResources = smallResources('100m', '64Mi');

/** Properties of a `Redis`. */
export interface RedisProps {
  /** Namespace and platform that its objects belong to. */
  readonly home: NamespaceScope;
  /** Size and eviction policy of the server. */
  readonly cache: InClusterCache;
  /** PriorityClass of its pods, such as `veza-staging-stores`. */
  readonly priorityClassName: string;
}

const propsSchema = z.looseObject({ home: homeSchema, cache: inClusterCache, priorityClassName: objectName });

/** Redis 7 in one pod on its own volume. It has no password: network policies restrict its clients. */
export class Redis extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** Name under which services reach the server. */
  readonly host = redisHost;
  /** Ports that the pod listens on, by name. */
  readonly ports = { redis: redisPort, metrics: redisMetricsPort } as const;
  /** What the pod takes of the namespace's quota. A StatefulSet deletes the old pod before it makes the new one. */
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, { home, cache, priorityClassName }: RedisProps) {
    super(scope, id);
    requireValid(propsSchema, { home, cache, priorityClassName }, 'Redis');
    const { resources, storage } = cache;
    this.identity = { ...home, name: 'redis', component: 'cache' };
    this.quotaUsage = {
      pods: 1,
      containers: [resources, exporterResources],
      initContainers: [],
      claims: [storage.size],
    };
    const files = { [configFile]: redisConf(cache) };
    new StatefulServer(this, 'store', {
      identity: this.identity,
      uid: uids.server,
      service: { name: this.host, portName: 'redis', port: redisPort, targetPort: 'redis' },
      pods: { kind: 'single' },
      storage,
      files,
      restartsOnChangeOf: files,
      priorityClassName,
      terminationGracePeriodSeconds: 60,
      pod: {
        containers: [server(cache), exporter()],
        volumes: [{ name: 'config', configMap: { name: configName(this.identity) } }],
      },
    });
  }
}

/** The server. While it loads its data it answers with errors, for which `redis-cli -e` fails. */
function server({ resources }: InClusterCache): k8s.Container {
  const tcp = { tcpSocket: { port: k8s.IntOrString.fromString('redis') }, timeoutSeconds: 5 };
  return {
    name: 'redis',
    image: redisImage,
    ...pulledOnce,
    command: ['redis-server', `${configPath}/${configFile}`],
    ports: [{ name: 'redis', containerPort: redisPort, protocol: 'TCP' }],
    securityContext: containerSecurity(uids.server),
    resources: resourceRequirements(resources),
    startupProbe: { ...tcp, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: {
      exec: { command: ['redis-cli', '-e', '-h', '127.0.0.1', '-p', String(redisPort), 'ping'] },
      timeoutSeconds: 10,
      periodSeconds: 5,
      failureThreshold: 3,
    },
    livenessProbe: { ...tcp, periodSeconds: 10, failureThreshold: 6 },
    volumeMounts: [
      { name: dataVolume, mountPath: redisData },
      { name: 'config', mountPath: configPath, readOnly: true },
    ],
  };
}

function exporter(): k8s.Container {
  return exporterContainer({
    name: 'redis-exporter',
    image: redisExporterImage,
    uid: uids.exporter,
    port: redisMetricsPort,
    args: [],
    env: [{ name: 'REDIS_ADDR', value: `redis://127.0.0.1:${redisPort}` }],
    resources: exporterResources,
    volumeMounts: [],
  });
}

/** Directory of the volume. */
export const redisData = '/data';

/** Memory for keys and values, in bytes: the rest is for clients' buffers and for pages that a rewrite copies. */
export function maxMemory({ resources }: Pick<InClusterCache, 'resources'>): number {
  return Math.floor(parseQuantity(resources.limits.memory) * 0.6);
}

/** Writes `redis.conf`. */
export function redisConf(cache: InClusterCache): string {
  const settings: readonly (readonly [name: string, value: string])[] = [
    // Every address of the pod; IPv6 where there is any.
    ['bind', '* -::*'],
    ['port', String(redisPort)],
    // Without a password this mode would refuse clients in other pods; network policies restrict them instead.
    ['protected-mode', 'no'],
    ['dir', redisData],
    // Each write is on disk within a second. Additional snapshots would double the disk usage and fork more often.
    ['appendonly', 'yes'],
    ['appendfsync', 'everysec'],
    ['save', '""'],
    // A log that a crash has truncated is loaded up to its last complete write.
    ['aof-load-truncated', 'yes'],
    ['maxmemory', String(maxMemory(cache))],
    ['maxmemory-policy', cache.evictionPolicy],
  ];
  return settings.map(([name, value]) => `${name} ${value}\n`).join('');
}

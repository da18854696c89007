import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { objectName } from '../kubernetes/formats';
import { type Home, homeSchema, type WorkloadIdentity } from '../kubernetes/metadata';
import { containerSecurity } from '../kubernetes/pod';
import type { PodDemand } from '../kubernetes/pod-demand';
import { pulledOnce } from '../kubernetes/pulled-once';
import { resourceRequirements, smallResources } from '../kubernetes/resources';
import { requireValid } from '../problems';
import { type InClusterCache, inClusterCache, redisHost, redisPort } from './cache';
import { exporterContainer } from './exporter';
import { redisConf, redisData } from './redis-configuration';
import { dataVolume, SingleStore, storeConfigName } from './single-store';

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
  readonly home: Home;
  /** Size and eviction policy of the server. */
  readonly cache: InClusterCache;
  /** PriorityClass of its pods, such as `veza-staging-stores`. */
  readonly priorityClassName: string;
}

const propsSchema = z.looseObject({ home: homeSchema, cache: inClusterCache, priorityClassName: objectName });

/** Redis 7 in one pod on a volume of its own. It has no password: network policies say who reaches it. */
export class Redis extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** Name under which services reach the server. */
  readonly host = redisHost;
  /** Ports that the pod listens on, by name. */
  readonly ports = { redis: redisPort, metrics: redisMetricsPort } as const;
  /** What the pod takes of the namespace's quota. A StatefulSet starts the new pod when the old one is gone. */
  readonly demand: PodDemand;

  constructor(scope: Construct, id: string, { home, cache, priorityClassName }: RedisProps) {
    super(scope, id);
    requireValid(propsSchema, { home, cache, priorityClassName }, 'Redis');
    const { resources, storage } = cache;
    this.identity = { ...home, name: 'redis', component: 'cache' };
    this.demand = { pods: 1, containers: [resources, exporterResources], initContainers: [], claims: [storage.size] };
    new SingleStore(this, 'store', {
      identity: this.identity,
      uid: uids.server,
      host: this.host,
      port: { name: 'redis', number: redisPort },
      storage,
      files: { [configFile]: redisConf(cache) },
      foreignFiles: {},
      priorityClassName,
      terminationGracePeriodSeconds: 60,
      pod: {
        containers: [server(cache), exporter()],
        volumes: [{ name: 'config', configMap: { name: storeConfigName(this.identity) } }],
      },
    });
  }
}

/** While Redis loads its data it takes connections and answers errors, which `-e` makes a failure of readiness. */
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

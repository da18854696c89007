import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import { redisHost, redisPort, type SingleCache, singleCache } from '../../platform/settings/cache';
import { objectName } from '../../platform/settings/formats';
import { dataVolume } from '../../platform/workload-names';
import { thirdPartyImage } from '../images';
import { homeSchema, type NamespaceScope, type WorkloadIdentity } from '../kubernetes/metadata';
import { containerSecurity, pulledOnce } from '../kubernetes/pod-defaults';
import type { QuotaUsage } from '../kubernetes/quota-usage';
import { canonicalQuantity, resourceRequirements, smallResources } from '../kubernetes/resources';
import { exporterContainer } from '../stateful/exporter';
import { configName, StatefulServer } from '../stateful/stateful-server';
import { redisConfiguration, redisFiles, redisPaths, redisRunFiles } from './redis-configuration';

/** Port of its exporter. */
export const redisMetricsPort = 9121;

/** Image of the server. */
export const redisImage = thirdPartyImage('redis');
/** Image of its exporter. */
export const redisExporterImage = thirdPartyImage('redis-exporter');
const uids = { server: 10003, exporter: 10004 } as const;
const exporterResources = smallResources('100m', '64Mi');

/** Properties of a `Redis`. */
export interface RedisProps {
  /** Namespace and platform that its objects belong to. */
  readonly home: NamespaceScope;
  /** Size and eviction policy of the server. */
  readonly cache: SingleCache;
  /** PriorityClass of its pods, such as `veza-staging-stores`. */
  readonly priorityClassName: string;
}

const propsSchema = z.looseObject({ home: homeSchema, cache: singleCache, priorityClassName: objectName });

/**
 * Redis 7 in one pod on its own volume. Clients have no password: network policies restrict who they are, and the server's
 * users what they can do. Its administrator is reached with `kubectl exec redis-0 -- sh /etc/redis/admin.sh`.
 */
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
    const files = redisConfiguration(cache);
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
        volumes: [
          { name: 'config', configMap: { name: configName(this.identity) } },
          { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: canonicalQuantity('1Mi') } },
        ],
      },
    });
  }
}

/**
 * Fails if the server gives no answer, or if a script has occupied it: a restart ends that, and it changed nothing yet. Other
 * errors, such as one while it loads its data, are answers of a server that lives.
 */
const isAlive = `case $(redis-cli -h 127.0.0.1 -p ${redisPort} ping 2>&1) in '' | BUSY* | 'Could not connect'*) exit 1 ;; esac`;

/** The server. While it loads its data it answers with errors, for which `redis-cli -e` fails. */
function server({ resources }: SingleCache): k8s.Container {
  const tcp = { tcpSocket: { port: k8s.IntOrString.fromString('redis') }, timeoutSeconds: 5 };
  return {
    name: 'redis',
    image: redisImage,
    ...pulledOnce,
    command: [
      'sh',
      `${redisPaths.config}/${redisFiles.start}`,
      'redis-server',
      `${redisPaths.config}/${redisFiles.server}`,
    ],
    env: [
      { name: 'USERS_FILE', value: `${redisPaths.config}/${redisFiles.users}` },
      { name: 'ALL_USERS_FILE', value: redisRunFiles.users },
      { name: 'ADMIN_CREDENTIAL_FILE', value: redisRunFiles.adminCredential },
    ],
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
    livenessProbe: {
      exec: { command: ['sh', '-c', isAlive] },
      timeoutSeconds: 10,
      periodSeconds: 10,
      failureThreshold: 6,
    },
    volumeMounts: [
      { name: dataVolume, mountPath: redisPaths.data },
      { name: 'config', mountPath: redisPaths.config, readOnly: true },
      { name: 'run', mountPath: redisPaths.run },
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
    env: [
      { name: 'REDIS_ADDR', value: `redis://127.0.0.1:${redisPort}` },
      // It logs in as every client does, who cannot read the server's settings.
      { name: 'REDIS_EXPORTER_CONFIG_COMMAND', value: '-' },
    ],
    resources: exporterResources,
    volumeMounts: [],
  });
}

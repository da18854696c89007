import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import { type OnePodCache, onePodCache, redisHost, redisPort } from '../../platform/settings/cache';
import { objectName } from '../../platform/settings/formats';
import { findImage } from '../images';
import { nameConfig, namespaceScopeSchema, type WorkloadIdentity, type WorkloadProps } from '../kubernetes/metadata';
import { makePodUsage, type QuotaUsage, toCanonicalQuantity } from '../kubernetes/resources';
import { StatefulServer } from '../stateful/stateful-server';
import { redisFiles, redisPaths, writeRedisConfiguration } from './redis-configuration';
import {
  makeCacheExporter,
  makeCacheServer,
  redisExporterResources,
  redisMetricsPort,
  redisUids,
} from './redis-containers';

export const redisImage = findImage('redis');

/** Properties of a `Redis`. */
export interface RedisProps extends WorkloadProps {
  /** Size and eviction policy of the server. */
  readonly cache: OnePodCache;
}

const propsSchema = z.looseObject({
  namespaceScope: namespaceScopeSchema,
  cache: onePodCache,
  priorityClassName: objectName,
});

/**
 * Redis 7 in one pod, on its own volume unless it is ephemeral. Clients have no password: network policies restrict who they are, and the server's
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

  constructor(scope: Construct, id: string, { namespaceScope, cache, priorityClassName }: RedisProps) {
    super(scope, id);
    requireValid(propsSchema, { namespaceScope, cache, priorityClassName }, 'Redis');
    const { resources } = cache;
    this.identity = { ...namespaceScope, name: 'redis', component: 'cache' };
    this.quotaUsage = makePodUsage(
      this.identity.name,
      1,
      [resources, redisExporterResources],
      cache.kind === 'single' ? [cache.storage.size] : [],
    );
    const files = writeRedisConfiguration(cache);
    new StatefulServer(this, 'store', {
      identity: this.identity,
      uid: redisUids.server,
      service: { name: this.host, portName: 'redis', port: redisPort, targetPort: 'redis' },
      pods: { kind: 'single' },
      storage: cache.kind === 'single' ? cache.storage : { ephemeral: resources.limits.ephemeralStorage },
      files,
      restartsOnChangeOf: files,
      priorityClassName,
      terminationGracePeriodSeconds: 60,
      pod: {
        containers: [
          makeCacheServer({
            image: redisImage,
            cli: 'redis-cli',
            command: ['redis-server', `${redisPaths.config}/${redisFiles.server}`],
            env: [],
            resources,
            // While it loads its data it answers with errors, for which `redis-cli -e` fails.
            ready: ['redis-cli', '-e', '-h', '127.0.0.1', '-p', String(redisPort), 'ping'],
            volumeMounts: [],
          }),
          makeCacheExporter(),
        ],
        volumes: [
          { name: 'config', configMap: { name: nameConfig(this.identity) } },
          { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: toCanonicalQuantity('1Mi') } },
        ],
      },
    });
  }
}

import type { Construct } from 'constructs';
import { SecretBundle } from '../constructs/config/secret-bundle';
import type { NamespaceScope } from '../constructs/kubernetes/metadata';
import { tcp, workload } from '../constructs/network/well-known-peers';
import { proxyMetricsPort } from '../constructs/redis/proxy-configuration';
import { Redis } from '../constructs/redis/redis';
import { ReplicatedRedis } from '../constructs/redis/replicated-redis';
import type { Connection } from '../platform/connection';
import {
  cachePasswordKey,
  cacheSecretName,
  type InClusterCache,
  type OnePodCache,
  type ReplicatedCache,
} from '../platform/settings/cache';
import type { Store } from './store';

/** What the caches of an environment need. */
interface CacheProps {
  readonly namespaceScope: NamespaceScope;
  readonly priorityClassName: string;
}

/** Makes the cache of an environment. */
export function cacheStore(scope: Construct, cache: InClusterCache, props: CacheProps): Store {
  return cache.kind === 'replicated' ? replicatedCache(scope, cache, props) : onePodCache(scope, cache, props);
}

function onePodCache(scope: Construct, cache: OnePodCache, props: CacheProps): Store {
  const { identity, ports, quotaUsage } = new Redis(scope, 'redis', { ...props, cache });
  const peer = workload(identity.name);
  return {
    endpoint: { peer, ports: [tcp(ports.redis)] },
    workloads: [{ peer, metricsPort: ports.metrics }],
    jobs: [],
    connections: [],
    quotaUsages: [quotaUsage],
  };
}

function replicatedCache(scope: Construct, cache: ReplicatedCache, props: CacheProps): Store {
  const secrets = new SecretBundle(scope, 'cache-secrets', {
    namespaceScope: props.namespaceScope,
    name: cacheSecretName(props.namespaceScope.platform),
    keys: [cachePasswordKey],
    source: cache.secrets,
  });
  const password = { secretName: secrets.name, key: secrets.reference(cachePasswordKey).key };
  const { identity, proxy, ports, quotaUsages } = new ReplicatedRedis(scope, 'redis', { ...props, cache, password });
  const [servers, proxies] = [workload(identity.name), workload(proxy.name)];
  return {
    endpoint: { peer: proxies, ports: [tcp(ports.redis)] },
    workloads: [
      { peer: servers, metricsPort: ports.metrics },
      { peer: proxies, metricsPort: proxyMetricsPort },
    ],
    jobs: [],
    connections: [servers, proxies].map(
      (from): Connection => ({ from, to: servers, ports: [tcp(ports.redis), tcp(ports.sentinel)] }),
    ),
    quotaUsages,
  };
}

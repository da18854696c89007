import { checkReplicatedCache } from '../../../lib/operations/health/replicated-cache';
import { production } from '../../support/environments/production';
import { staging } from '../../support/environments/staging';
import { object, snapshot } from './cluster';

const { cache } = production;

const workload = (kind: string, name: string, replicas: number, readyReplicas: number | undefined) =>
  object(kind, name, { spec: { replicas }, status: { readyReplicas } });

function rows(proxies: number | undefined, servers: number | undefined): string[] {
  const found = [workload('Deployment', 'redis-proxy', 2, proxies), workload('StatefulSet', 'redis', 3, servers)];
  const checked = checkReplicatedCache({ namespace: 'shop', cache })(snapshot(found));
  return checked.map(({ state, check, object: what, detail }) => `${state} ${check} ${what}: ${detail}`);
}

test('a cache that is not replicated has no row', () => {
  expect(checkReplicatedCache({ namespace: 'shop', cache: staging.cache })(snapshot([]))).toEqual([]);
});

test('a whole cache has an agreed primary and all replicas', () => {
  expect(rows(2, 3)).toEqual([
    'ok cache shop Deployment/redis-proxy: 2 of 2 proxies reach a primary that two sentinels agree on',
    'ok cache shop StatefulSet/redis: 3 of 3 servers are the primary or have its data',
  ]);
});

test('one missing proxy or server is a warning', () => {
  expect(rows(1, 2)).toEqual([
    'warning cache shop Deployment/redis-proxy: 1 of 2 proxies reach a primary that two sentinels agree on',
    'warning cache shop StatefulSet/redis: 2 of 3 servers are the primary or have its data; docs/runbooks/CacheReplicasMissing.md',
  ]);
});

test('without an agreed primary, and without a replica, the cache has failed', () => {
  expect(rows(undefined, 1)).toEqual([
    'failed cache shop Deployment/redis-proxy: 0 of 2 proxies reach a primary that two sentinels agree on, so clients are refused; docs/runbooks/CacheNoPrimary.md',
    'failed cache shop StatefulSet/redis: 1 of 3 servers are the primary or have its data: no server can take over, and writes are refused; docs/runbooks/CacheReplicasMissing.md',
  ]);
});

test('a cache that does not exist has failed', () => {
  const checked = checkReplicatedCache({ namespace: 'shop', cache })(snapshot([]));
  expect(checked.map(({ state }) => state)).toEqual(['failed', 'failed']);
});

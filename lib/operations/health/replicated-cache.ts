import type { Workload } from '../../cluster/kubernetes-types';
import type { Environment } from '../../platform/environment';
import { cacheWorkloads } from '../../platform/settings/cache';
import { type Check, type CheckResult, makeFailure, makeWarning } from './check-result';
import { type Snapshot, selectKind } from './snapshot';

const check = 'cache';

/**
 * Checks what readiness says of a replicated cache: a proxy is ready while it finds a server that says it is the primary and
 * that two sentinels name, and a server while it is the primary or has all its data. No row for other caches.
 */
export function checkReplicatedCache({ namespace, cache }: Pick<Environment, 'namespace' | 'cache'>): Check {
  if (cache.kind !== 'replicated') return () => [];
  return (snapshot) => {
    const { proxy, servers } = cacheWorkloads;
    const proxies = countReadyPods(snapshot, 'Deployment', namespace, proxy);
    const replicas = countReadyPods(snapshot, 'StatefulSet', namespace, servers);
    return [
      checkProxies(`${namespace} Deployment/${proxy}`, proxies),
      checkReplication(`${namespace} StatefulSet/${servers}`, replicas),
    ];
  };
}

interface Readiness {
  readonly ready: number;
  readonly desired: number;
}

/** What does not exist has no ready pod; `missing objects` reports it. */
function countReadyPods(
  snapshot: Snapshot,
  kind: 'Deployment' | 'StatefulSet',
  namespace: string,
  name: string,
): Readiness {
  const workload = selectKind(snapshot, kind).find(
    ({ metadata }: Workload) => metadata.namespace === namespace && metadata.name === name,
  );
  return { ready: workload?.status?.readyReplicas ?? 0, desired: workload?.spec.replicas ?? 1 };
}

function checkProxies(object: string, { ready, desired }: Readiness): CheckResult {
  const figures = `${ready} of ${desired} proxies reach a primary that two sentinels agree on`;
  if (ready === 0)
    return makeFailure(check, object, `${figures}, so clients are refused; docs/runbooks/CacheNoPrimary.md`);
  return ready < desired ? makeWarning(check, object, figures) : makeOk(object, figures);
}

/** A primary without a replica that has its data accepts no writes. */
function checkReplication(object: string, { ready, desired }: Readiness): CheckResult {
  const figures = `${ready} of ${desired} servers are the primary or have its data`;
  const runbook = 'docs/runbooks/CacheReplicasMissing.md';
  if (ready < 2)
    return makeFailure(check, object, `${figures}: no server can take over, and writes are refused; ${runbook}`);
  return ready < desired ? makeWarning(check, object, `${figures}; ${runbook}`) : makeOk(object, figures);
}

function makeOk(object: string, detail: string): CheckResult {
  return { state: 'ok', check, object, detail };
}

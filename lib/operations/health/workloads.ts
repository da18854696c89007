import type { KubernetesObject } from '../../cluster/kubectl';
import { describeObject, findCondition, type Pod, type Workload } from '../../cluster/kubernetes-types';
import { outdatedPods } from '../../cluster/workload-status';
import type { Manifest } from '../../manifests/manifest';
import { bad, type CheckResult, results } from './check-result';
import { ofKind, type Snapshot, workloadKinds } from './snapshot';

/** Pods of a workload, as its controller counts them. */
interface Counts {
  readonly wanted: number;
  readonly existing: number;
  readonly updated: number;
  readonly available: number;
}

/** Whether each workload has all its pods, all of them at its current revision. */
export function workloads(snapshot: Snapshot): CheckResult[] {
  const pods = ofKind(snapshot, 'Pod');
  return ofKind(snapshot, ...workloadKinds).flatMap((workload) => {
    const counts = countsOf(workload);
    const troubles = [...rolloutTroubles(workload, counts), ...controllerTroubles(workload)];
    const fine = `${counts.available} of ${counts.wanted} pods available, all at the current revision`;
    return [...results('workloads', describeObject(workload), troubles, fine), ...stuckPods(workload, pods)];
  });
}

function countsOf({ kind, spec, status = {} }: Workload): Counts {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  if (kind === 'DaemonSet') {
    const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status;
    return { wanted, existing: wanted, updated: updatedNumberScheduled, available: numberAvailable };
  }
  return {
    wanted: spec.replicas ?? 1,
    existing: replicas,
    updated: updatedReplicas,
    available: Math.min(readyReplicas, availableReplicas),
  };
}

function rolloutTroubles({ metadata, status }: Workload, counts: Counts): string[] {
  const { wanted, existing, updated, available } = counts;
  const { generation = 0 } = metadata;
  const observed = status?.observedGeneration ?? 0;
  // What is counted belongs to an older generation, and says nothing of this one.
  if (observed < generation) {
    return [`its controller has seen generation ${observed} and not yet ${generation}; if that lasts, it is down`];
  }
  if (wanted === 0) return ['is scaled to 0: nothing runs; scale it up, or end the restore that took it down'];
  return [
    ...(available < wanted ? [`${available} of ${wanted} pods available; the rows of its pods say why`] : []),
    ...(updated < wanted
      ? [`${updated} of ${wanted} pods at the current revision: a rollout is under way or stuck`]
      : []),
    ...(existing > wanted ? [`${existing} pods where ${wanted} should be: older ones have not ended`] : []),
  ];
}

/** What a Deployment's controller says itself: a quota that is used up, a rollout that took too long. */
function controllerTroubles(workload: Workload): string[] {
  const failure = findCondition(workload, 'ReplicaFailure');
  const progress = findCondition(workload, 'Progressing');
  return [
    ...(failure?.status === 'True' ? [`pods cannot be made: ${failure.message ?? failure.reason}`] : []),
    ...(progress?.status === 'False' ? [`rollout failed: ${progress.message ?? progress.reason}`] : []),
  ];
}

/** A StatefulSet waits for an unready pod before it replaces it, which is for ever if its revision is what ails it. */
function stuckPods(workload: Workload, pods: readonly Pod[]): CheckResult[] {
  const old = outdatedPods(workload, pods).filter((pod) => findCondition(pod, 'Ready')?.status !== 'True');
  return old.map((pod) => {
    const remedy = `delete the pod: kubectl delete pod -n ${pod.metadata.namespace} ${pod.metadata.name}`;
    const trouble = `is stuck in an old revision: not ready, so its StatefulSet does not replace it; ${remedy}`;
    return bad('workloads', describeObject(pod), trouble);
  });
}

/** Whether everything that the manifests declare exists: what is not there is in no list, and looks well. */
export function missingObjects({ expected, declared }: Snapshot): CheckResult[] {
  const live = new Map(declared.map((object) => [identityOf(object), object]));
  const namespaces = [...new Set(expected.map(({ namespace }) => namespace))];
  return namespaces.flatMap((namespace) => {
    const place = namespace === '' ? 'the whole cluster' : namespace;
    const here = expected.filter((object) => object.namespace === namespace);
    const all = `${here.length} declared objects`;
    if (here.every((object) => !live.has(object.id))) {
      return [bad('presence', place, `has none of its ${all}: was it ever deployed?`)];
    }
    const rows = here.flatMap((object) => objectRows(object, live.get(object.id)));
    return rows.length > 0 ? rows : results('presence', place, [], `has all of its ${all}`);
  });
}

function objectRows({ id, kind, name, namespace }: Manifest, live: KubernetesObject | undefined): CheckResult[] {
  if (!live) return [bad('presence', id, 'is declared and does not exist; deploy the environment')];
  if (live.metadata.deletionTimestamp === undefined) return [];
  const place = namespace === '' ? '' : ` -n ${namespace}`;
  const describe = `kubectl describe${place} ${kind.toLowerCase()} ${name}`;
  return [bad('presence', id, `is being deleted, and goes once nothing uses it any more; ${describe}`)];
}

/** As `Manifest.id` writes it. */
function identityOf({ kind, metadata: { name, namespace = '' } }: KubernetesObject): string {
  return `${namespace === '' ? '' : `${namespace} `}${kind}/${name}`;
}

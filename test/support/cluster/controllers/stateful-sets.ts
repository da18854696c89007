import { isOwnedBy, type KubeObject } from '../objects';
import { isReady, type Pod, type PodSpec, type Workload } from '../workloads';
import { deletePod, hashOf, podOf } from './children';
import type { Controller, World } from './controller';

const revisionLabel = 'controller-revision-hash';

/**
 * Pods one by one, with claims of their own. As in the real controller, a pod that is not ready blocks every update, even
 * one of the template that would repair it, until the pod is deleted.
 */
export const statefulSets: Controller = (world) => {
  for (const set of world.store.all<Workload>('StatefulSet')) {
    const revision = `${set.metadata.name}-${hashOf(set.spec.template)}`;
    step(world, set, revision);
    world.store.update({ ...set, status: statusOf(set, podsOf(world, set), revision) });
  }
};

function podsOf({ store }: World, set: Workload): Pod[] {
  return store
    .all<Pod>('Pod', set.metadata.namespace)
    .filter((pod) => isOwnedBy(pod, set))
    .sort((a, b) => ordinalOf(a) - ordinalOf(b));
}

function ordinalOf({ metadata }: Pod): number {
  return Number(/\d+$/.exec(metadata.name));
}

function step(world: World, set: Workload, revision: string): void {
  const { store, hooks } = world;
  const wanted = set.spec.replicas ?? 1;
  const pods = podsOf(world, set);
  const surplus = pods.find((pod) => ordinalOf(pod) >= wanted);
  const missing = Array.from({ length: wanted }, (_, ordinal) => ordinal).find(
    (ordinal) => !pods.some((pod) => ordinalOf(pod) === ordinal),
  );
  if (surplus) deletePod(store, hooks, surplus);
  else if (missing !== undefined && pods.slice(0, missing).every(isReady)) createPod(world, set, missing, revision);
  else if (pods.every(isReady)) {
    const outdated = [...pods].reverse().find(({ metadata }) => metadata.labels?.[revisionLabel] !== revision);
    if (outdated) store.delete(outdated);
  }
}

function createPod({ store }: World, set: Workload, ordinal: number, revision: string): void {
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = set.spec.volumeClaimTemplates ?? [];
  for (const claim of claims) createClaim(store, set, claim, name);
  const { template } = set.spec;
  const volumes = claims.map(({ metadata }) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: `${metadata.name}-${name}` },
  }));
  const spec: PodSpec = { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...volumes] };
  const labels = {
    [revisionLabel]: revision,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  store.create(podOf(set, name, { ...template, spec }, labels));
}

function createClaim(store: World['store'], set: Workload, template: KubeObject, pod: string): void {
  const { namespace } = set.metadata;
  const name = `${template.metadata.name}-${pod}`;
  if (store.one('PersistentVolumeClaim', name, namespace)) return;
  const labels = set.spec.selector.matchLabels;
  const kind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
  store.create({ ...kind, metadata: { name, namespace, labels }, spec: template.spec });
}

function statusOf(set: Workload, pods: readonly Pod[], revision: string): Workload['status'] {
  const updated = pods.filter(({ metadata }) => metadata.labels?.[revisionLabel] === revision);
  const wanted = set.spec.replicas ?? 1;
  const complete = updated.filter(isReady).length === wanted;
  const currentRevision = complete ? revision : (set.status?.currentRevision ?? revision);
  const ready = pods.filter(isReady).length;
  return {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: pods.filter(({ metadata }) => metadata.labels?.[revisionLabel] === currentRevision).length,
    updatedReplicas: updated.length,
    currentRevision,
    updateRevision: revision,
    collisionCount: 0,
  };
}

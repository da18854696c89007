import { isOwnedBy, ownedBy, same } from '../objects';
import type { Workload } from '../workloads';
import { hashOf } from './children';
import { withCondition } from './conditions';
import type { Controller, World } from './controller';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** Rolls each Deployment out: old pods are deleted as new ones become ready. */
export const deployments: Controller = (world) => {
  for (const deployment of world.store.all<Workload>('Deployment')) {
    const sets = setsOf(world, deployment);
    const current = currentSet(world, deployment, sets);
    roll(world, deployment, current, sets);
    const revision = current.metadata.annotations?.[revisionAnnotation] ?? '1';
    const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
    const status = statusOf(world, deployment, current, setsOf(world, deployment));
    world.store.update({ ...deployment, metadata: { ...deployment.metadata, annotations }, status });
  }
};

function setsOf({ store }: World, deployment: Workload): Workload[] {
  return store.all<Workload>('ReplicaSet', deployment.metadata.namespace).filter((set) => isOwnedBy(set, deployment));
}

function revisionOf({ metadata }: Workload): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0);
}

/** The ReplicaSet of the template that the Deployment has now; one that is used again gets a new revision. */
function currentSet({ store }: World, deployment: Workload, sets: readonly Workload[]): Workload {
  const { template, selector } = deployment.spec;
  const { name, namespace } = deployment.metadata;
  const hash = hashOf(template);
  const found = sets.find(({ metadata }) => metadata.labels?.[hashLabel] === hash);
  const others = sets.filter((set) => set !== found).map(revisionOf);
  const revision = Math.max(0, ...others) + 1;
  if (found && revisionOf(found) >= revision) return found;
  const annotations = { [revisionAnnotation]: String(Math.max(revision, found ? revisionOf(found) : 0)) };
  if (found) return store.update({ ...found, metadata: { ...found.metadata, annotations } }) as Workload;
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return store.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${name}-${hash}`, namespace, labels, annotations, ownerReferences: [ownedBy(deployment)] },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }) as Workload;
}

/** One step: creates as many new pods as the surge allows, and deletes as many old ones as new ones are ready. */
function roll({ store }: World, deployment: Workload, current: Workload, sets: readonly Workload[]): void {
  const wanted = deployment.spec.replicas ?? 1;
  const old = sets.filter(({ metadata }) => metadata.uid !== current.metadata.uid);
  const oldPods = sum(old.map(({ spec }) => spec.replicas ?? 0));
  const recreate = deployment.spec.strategy?.type === 'Recreate';
  const most = recreate ? (sum(old.map(replicasOf)) > 0 ? 0 : wanted) : wanted + surgeOf(deployment, wanted);
  const next = Math.min(wanted, Math.max(recreate ? most : most - oldPods, current.spec.replicas ?? 0));
  scale({ store }, current, Math.min(next, wanted));
  // Old pods that are not ready serve nothing, so they are deleted first.
  let needed = recreate ? 0 : Math.max(0, wanted - readyOf(current));
  for (const set of [...old].sort((a, b) => readyOf(b) - readyOf(a))) {
    const kept = Math.min(needed, readyOf(set), set.spec.replicas ?? 0);
    scale({ store }, set, kept);
    needed -= kept;
  }
}

function scale({ store }: Pick<World, 'store'>, set: Workload, replicas: number): void {
  if (set.spec.replicas !== replicas) store.update({ ...set, spec: { ...set.spec, replicas } });
}

function surgeOf({ spec }: Workload, wanted: number): number {
  const surge = spec.strategy?.rollingUpdate?.maxSurge ?? '25%';
  return typeof surge === 'number' ? surge : Math.ceil((wanted * Number.parseInt(surge, 10)) / 100);
}

function replicasOf({ status }: Workload): number {
  return Number(status?.replicas ?? 0);
}

function readyOf({ status }: Workload): number {
  return Number(status?.readyReplicas ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function statusOf(
  { store }: World,
  deployment: Workload,
  current: Workload,
  sets: readonly Workload[],
): Workload['status'] {
  const wanted = deployment.spec.replicas ?? 1;
  const own = sets.find(({ metadata }) => metadata.uid === current.metadata.uid) ?? current;
  const ready = sum(sets.map(readyOf));
  const available = ready >= wanted;
  const complete = readyOf(own) >= wanted && sum(sets.map(replicasOf)) === wanted;
  const { name } = current.metadata;
  const progress = complete ? 'has successfully progressed' : 'is progressing';
  const reason = complete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated';
  const availability = available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable';
  const status = {
    observedGeneration: deployment.metadata.generation,
    replicas: sum(sets.map(replicasOf)),
    updatedReplicas: replicasOf(own),
    readyReplicas: ready,
    availableReplicas: ready,
    ...(ready < wanted ? { unavailableReplicas: wanted - ready } : {}),
    conditions: [
      withCondition(store, deployment.status, 'Available', available ? 'True' : 'False', availability),
      withCondition(store, deployment.status, 'Progressing', 'True', reason, `ReplicaSet "${name}" ${progress}.`),
      ...(own.status?.conditions ?? []).filter(({ type }) => type === 'ReplicaFailure'),
    ],
  };
  return same(deployment.status, status) ? deployment.status : status;
}

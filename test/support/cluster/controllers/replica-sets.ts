import { isOwnedBy } from '../objects';
import { isReady, type Pod, type Workload } from '../workloads';
import { deletePod, podOf, refusedByQuota } from './children';
import { withCondition } from './conditions';
import type { Controller } from './controller';

/** Keeps the number of pods of each ReplicaSet. */
export const replicaSets: Controller = ({ store, hooks }) => {
  for (const set of store.all<Workload>('ReplicaSet')) {
    const { name, namespace, generation } = set.metadata;
    const owned = store.all<Pod>('Pod', namespace).filter((pod) => isOwnedBy(pod, set));
    const pods = owned.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const wanted = set.spec.replicas ?? 1;
    // Those that are not ready are deleted first.
    const kept = [...pods].sort((a, b) => Number(isReady(b)) - Number(isReady(a))).slice(0, wanted);
    for (const pod of pods.filter((one) => !kept.includes(one))) deletePod(store, hooks, pod);
    const refusal = refusedByQuota(hooks, name, set.spec.template);
    let replicas = kept.length;
    for (let number = 1; replicas < wanted && refusal === undefined; number += 1) {
      const podName = `${name}-p${number}`;
      if (store.one('Pod', podName, namespace)) continue;
      store.create(podOf(set, podName, set.spec.template));
      replicas += 1;
    }
    const ready = kept.filter(isReady).length;
    const counts = { replicas, readyReplicas: ready, availableReplicas: ready };
    const failure = withCondition(store, set.status, 'ReplicaFailure', 'True', 'FailedCreate', refusal);
    const conditions = replicas < wanted ? { conditions: [failure] } : {};
    store.update({ ...set, status: { observedGeneration: generation, ...counts, ...conditions } });
  }
};

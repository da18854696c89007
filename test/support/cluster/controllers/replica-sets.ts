import { isOwnedBy } from '../objects';
import { isReady, type Pod, type Workload } from '../workloads';
import { podOf } from './children';
import { withCondition } from './conditions';
import type { Controller } from './controller';

/** Each ReplicaSet has as many pods as it says. */
export const replicaSets: Controller = ({ store, hooks }) => {
  for (const set of store.all<Workload>('ReplicaSet')) {
    const { name, namespace, generation } = set.metadata;
    const pods = store.all<Pod>('Pod', namespace).filter((pod) => isOwnedBy(pod, set));
    const wanted = set.spec.replicas ?? 1;
    // Those that are not ready go first.
    const kept = [...pods].sort((a, b) => Number(isReady(b)) - Number(isReady(a))).slice(0, wanted);
    for (const pod of pods.filter((one) => !kept.includes(one))) store.delete(pod);
    const names = new Set(kept.map(({ metadata }) => metadata.name));
    let number = 1;
    const full = hooks.failures.some(
      ({ image, as }) => as === 'QuotaExceeded' && image.test(set.spec.template.spec.containers[0]?.image ?? ''),
    );
    while (names.size < wanted && !full) {
      const podName = `${name}-p${number}`;
      number += 1;
      if (names.has(podName)) continue;
      names.add(podName);
      store.create(podOf(set, podName, set.spec.template));
    }
    const ready = kept.filter(isReady).length;
    const replicas = { replicas: names.size, readyReplicas: ready, availableReplicas: ready };
    const message = `pods "${name}-x" is forbidden: exceeded quota: veza-quota, requested: pods=1, used: pods=20, limited: pods=20`;
    const failure = withCondition(set.status, 'ReplicaFailure', 'True', 'FailedCreate', message);
    const conditions = names.size < wanted ? { conditions: [failure] } : {};
    store.update({ ...set, status: { observedGeneration: generation, ...replicas, ...conditions } });
  }
};

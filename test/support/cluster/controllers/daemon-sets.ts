import { isOwnedBy } from '../objects';
import { isReady, type Pod, type Workload } from '../workloads';
import { hashOf, podOf } from './children';
import type { Controller } from './controller';

const revisionLabel = 'controller-revision-hash';

/** Keeps a pod on each node. An outdated one is deleted when all are ready, or when it is not ready itself. */
export const daemonSets: Controller = ({ store }) => {
  const nodes = store.all('Node').map(({ metadata }) => metadata.name);
  for (const set of store.all<Workload>('DaemonSet')) {
    const { name, namespace, generation } = set.metadata;
    const revision = hashOf(set.spec.template);
    const pods = store.all<Pod>('Pod', namespace).filter((pod) => isOwnedBy(pod, set));
    const isCurrent = ({ metadata }: Pod) => metadata.labels?.[revisionLabel] === revision;
    for (const node of nodes) {
      if (pods.some(({ spec }) => spec.nodeName === node)) continue;
      const { template } = set.spec;
      const spec = { ...template.spec, nodeName: node };
      store.create(podOf(set, `${name}-${node}`, { ...template, spec }, { [revisionLabel]: revision }));
    }
    const outdated = pods.find((pod) => !isCurrent(pod) && (!isReady(pod) || pods.every(isReady)));
    if (outdated) store.delete(outdated);
    const ready = pods.filter((pod) => isReady(pod) && pod !== outdated).length;
    const status = {
      observedGeneration: generation,
      desiredNumberScheduled: nodes.length,
      currentNumberScheduled: pods.length,
      updatedNumberScheduled: pods.filter(isCurrent).length,
      numberReady: ready,
      numberAvailable: ready,
      numberMisscheduled: 0,
    };
    store.update({ ...set, status });
  }
};

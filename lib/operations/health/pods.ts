import { condition, idOf, type Pod } from '../objects';
import { minute, since, span } from './age';
import { containerTrouble, oldOutOfMemory } from './containers';
import { bad, type Row, verdict, warn } from './row';
import { ofKind, type Snapshot } from './snapshot';

/** Time in which a pod gets its image and volumes, becomes ready, or ends after its grace. */
const patience = 5 * minute;

/** Whether any pod is in trouble. Namespaces without trouble are a row each, and those without pods are in trouble. */
export function pods(snapshot: Snapshot): Row[] {
  const all = ofKind(snapshot, 'Pod');
  const namespaces = new Set(snapshot.expected.map(({ namespace }) => namespace).filter((name) => name !== ''));
  return [...namespaces].flatMap((namespace) => {
    const here = all.filter(
      ({ metadata, status }) => metadata.namespace === namespace && status?.phase !== 'Succeeded',
    );
    const rows = here.flatMap((pod) => podRows(pod, snapshot.now));
    if (rows.some(({ state }) => state === 'bad')) return rows;
    const none = here.length === 0 ? ['no pod runs here'] : [];
    return [...rows, ...verdict('pods', namespace, none, `${here.length} pods, none in trouble`)];
  });
}

function podRows(pod: Pod, now: number): Row[] {
  const { phase, initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  if (phase === 'Failed') return failedPod(pod);
  const containers = [...initContainerStatuses, ...containerStatuses];
  // The containers of a pod that was told to end may end as they like.
  const ending = pod.metadata.deletionTimestamp !== undefined;
  const troubles = ending ? [] : containers.flatMap((container) => containerTrouble(pod, container, now));
  const found = troubles.length > 0 ? troubles : wholePodTroubles(pod, now);
  const earlier = containers.flatMap((container) => oldOutOfMemory(container, now));
  return [
    ...found.map((detail) => bad('pods', idOf(pod), detail)),
    ...earlier.map((detail) => warn('pods', idOf(pod), detail)),
  ];
}

/** A Job itself tells whether it failed. Of another owner's, a failed pod is what an eviction leaves behind. */
function failedPod(pod: Pod): Row[] {
  if (pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job')) return [];
  const { reason = 'no reason given', message = '' } = pod.status ?? {};
  const remedy = `kubectl delete pod -n ${pod.metadata.namespace} ${pod.metadata.name} once it is understood`;
  return [warn('pods', idOf(pod), `has failed and was replaced (${reason}) ${message}; ${remedy}`)];
}

function wholePodTroubles(pod: Pod, now: number): string[] {
  const { metadata, status } = pod;
  const [scheduled, ready] = [condition(pod, 'PodScheduled'), condition(pod, 'Ready')];
  const describe = `kubectl describe pod -n ${metadata.namespace} ${metadata.name}`;
  if (metadata.deletionTimestamp !== undefined) {
    const late = since(now, metadata.deletionTimestamp);
    return late > patience ? [`should have ended ${span(late)} ago: its node may be lost; ${describe}`] : [];
  }
  if (scheduled?.status === 'False') return [`cannot be scheduled: ${scheduled.message ?? scheduled.reason}`];
  const from = status?.phase === 'Running' ? ready?.lastTransitionTime : undefined;
  const age = since(now, from ?? metadata.creationTimestamp);
  if (age <= patience || ready?.status === 'True') return [];
  if (status?.phase !== 'Running') return [`is not started after ${span(age)} (${status?.phase}); ${describe}`];
  return [
    `runs and is not ready for ${span(age)}: ${ready?.message ?? ready?.reason ?? 'no reason given'}; ${describe}`,
  ];
}

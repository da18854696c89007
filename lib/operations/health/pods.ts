import { minute, since, span } from './age';
import { containerTrouble, oldOutOfMemory } from './containers';
import { condition, idOf, type Pod } from './objects';
import { bad, type Row, verdict, warn } from './row';
import { ofKind, type Snapshot } from './snapshot';

/** Time in which a pod gets its image and volumes, becomes ready, or ends after its grace. */
const patience = 5 * minute;

/** Whether any pod is in trouble. Namespaces without trouble are a row each, and those without pods are in trouble. */
export function pods(snapshot: Snapshot): Row[] {
  const all = ofKind(snapshot, 'Pod');
  const namespaces = [...new Set(snapshot.expected.map(({ namespace }) => namespace))];
  return namespaces.flatMap((namespace) => {
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
  const { phase, reason, message, initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const containers = [...initContainerStatuses, ...containerStatuses];
  if (phase === 'Failed') {
    // The Job itself tells whether it failed. Of another owner's, it is what an eviction leaves behind.
    if (pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job')) return [];
    return [
      warn(
        'pods',
        idOf(pod),
        `has failed and was replaced: ${reason ?? ''} ${message ?? ''}; delete it once it is understood`,
      ),
    ];
  }
  const troubles = containers.flatMap((container) => containerTrouble(pod, container, now));
  const found = troubles.length > 0 ? troubles : wholePodTroubles(pod, now);
  const earlier = containers
    .flatMap((container) => oldOutOfMemory(container, now))
    .map((detail) => warn('pods', idOf(pod), detail));
  return [...found.map((detail) => bad('pods', idOf(pod), detail)), ...earlier];
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
  const age = since(now, status?.phase === 'Running' ? ready?.lastTransitionTime : metadata.creationTimestamp);
  if (age <= patience || ready?.status === 'True') return [];
  if (status?.phase !== 'Running') return [`is not started after ${span(age)} (${status?.phase}); ${describe}`];
  return [
    `runs and is not ready for ${span(age)}: ${ready?.message ?? ready?.reason ?? 'no reason given'}; ${describe}`,
  ];
}

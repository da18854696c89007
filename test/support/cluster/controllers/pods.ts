import { createHash } from 'node:crypto';
import type { Store } from '../store';
import type { Condition, Container, ContainerStatus, Pod } from '../workloads';
import { withCondition } from './conditions';
import { statusOfContainer } from './containers';
import type { Controller, World } from './controller';
import { missingVolume, unboundClaim } from './pod-needs';

/** Starts each pod as far as its image, settings and volumes allow. A pod becomes Ready unless a test lets it fail. */
export const pods: Controller = (world) => {
  for (const pod of world.store.all<Pod>('Pod')) {
    if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed') world.store.update(advanced(world, pod));
  }
};

function advanced(world: World, pod: Pod): Pod {
  const claim = unboundClaim(world.store, pod) ?? unschedulable(world, pod);
  if (claim !== undefined) {
    const scheduled = withCondition(world.store, pod.status, 'PodScheduled', 'False', 'Unschedulable', claim);
    return { ...pod, status: { ...pod.status, phase: 'Pending', conditions: [scheduled] } };
  }
  const { containers, initContainers = [] } = pod.spec;
  // In the first step it is scheduled, in the second it runs.
  const held = pod.status?.containerStatuses === undefined || missingVolume(world.store, pod) !== undefined;
  const show = (container: Container, init: boolean, waiting?: string) =>
    statusOfContainer(world, pod, container, { init, waiting });
  const inits = initContainers.map((container) => show(container, true, held ? 'PodInitializing' : undefined));
  const initialized = inits.every(({ state }) => state.terminated?.exitCode === 0);
  const reason = initialized ? 'ContainerCreating' : 'PodInitializing';
  const mains = containers.map((container) => show(container, false, held || !initialized ? reason : undefined));
  const runs = mains.some(({ state, restartCount }) => state.running || restartCount > 0);
  return {
    ...pod,
    spec: { ...pod.spec, nodeName: pod.spec.nodeName ?? 'node-1' },
    status: {
      phase: runs ? 'Running' : 'Pending',
      podIP: addressOf(pod),
      hostIP: '192.0.2.1',
      startTime: pod.status?.startTime ?? world.store.time,
      conditions: conditionsOf(world.store, pod, initialized, mains),
      ...(inits.length > 0 ? { initContainerStatuses: inits } : {}),
      containerStatuses: mains,
    },
  };
}

function conditionsOf(
  store: Store,
  pod: Pod,
  initialized: boolean,
  containers: readonly ContainerStatus[],
): Condition[] {
  const unready = containers.filter((status) => !status.ready).map(({ name }) => name);
  const ready = unready.length === 0;
  const message = ready ? undefined : `containers with unready status: [${unready.join(' ')}]`;
  const reason = ready ? '' : 'ContainersNotReady';
  const is = (value: boolean) => (value ? 'True' : 'False');
  return [
    withCondition(store, pod.status, 'PodScheduled', 'True', ''),
    withCondition(store, pod.status, 'Initialized', is(initialized), initialized ? '' : 'ContainersNotInitialized'),
    withCondition(store, pod.status, 'ContainersReady', is(ready), reason, message),
    withCondition(store, pod.status, 'Ready', is(ready), reason, message),
  ];
}

function addressOf({ metadata }: Pod): string {
  const [high = 0, low = 0] = createHash('sha256')
    .update(metadata.uid ?? '')
    .digest();
  return `10.244.${high}.${low}`;
}

/** A pod that was scheduled stays on its node, as where nodes are cordoned. */
function unschedulable({ hooks }: World, { spec }: Pod): string | undefined {
  if (spec.nodeName !== undefined) return undefined;
  const isHit = hooks.failures.some(
    ({ image, as }) => as === 'Unschedulable' && spec.containers.some((container) => image.test(container.image)),
  );
  return isHit ? '0/1 nodes are available: 1 node(s) were unschedulable.' : undefined;
}

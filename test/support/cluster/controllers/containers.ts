import type { Failure } from '../hooks';
import type { Container, ContainerState, ContainerStatus, Pod } from '../workloads';
import type { World } from './controller';
import { missingKey } from './pod-needs';

interface Place {
  /** Whether it runs to its end before the others start. */
  readonly init: boolean;
  /** Why it has not started; undefined if it has. */
  readonly waiting: string | undefined;
}

/** Failures of the pod as a whole, which no container shows. */
const podFailures: readonly Failure['as'][] = ['Unschedulable', 'QuotaExceeded', 'NeverTerminates'];

const completed: ContainerState = { terminated: { exitCode: 0, reason: 'Completed' } };
const ended: ContainerState = { terminated: { exitCode: 1, reason: 'Error' } };

/** The status of a container, which follows from the failures that a test states and from what its settings refer to. */
export function statusOfContainer(
  world: World,
  pod: Pod,
  container: Container,
  { init, waiting }: Place,
): ContainerStatus {
  const { name, image } = container;
  const failure = world.hooks.failures.find(
    ({ image: pattern, as }) => pattern.test(image) && !podFailures.includes(as),
  );
  const state =
    waiting === undefined ? stateOf(world, pod, container, init, failure) : { waiting: { reason: waiting } };
  const crashes = state.waiting?.reason === 'CrashLoopBackOff';
  const ready = init ? state.terminated !== undefined : state.running !== undefined && failure?.as !== 'NotReady';
  return {
    name,
    image,
    ready,
    started: state.running !== undefined,
    restartCount: crashes ? 3 : 0,
    state,
    lastState: crashes ? ended : {},
  };
}

function stateOf(world: World, pod: Pod, container: Container, init: boolean, failure?: Failure): ContainerState {
  const missing = missingKey(world.store, pod, container);
  if (missing !== undefined) return { waiting: { reason: 'CreateContainerConfigError', message: missing } };
  if (failure && failure.as !== 'NotReady') return failed(world, pod, container, failure);
  const before = pod.status?.containerStatuses?.find(({ name }) => name === container.name)?.state;
  return init ? completed : before?.running ? before : { running: { startedAt: world.store.time } };
}

function failed({ hooks }: World, { metadata }: Pod, { name, image }: Container, { as, log }: Failure): ContainerState {
  const { name: pod, namespace, uid } = metadata;
  if (as === 'ImagePullBackOff') return { waiting: { reason: as, message: `Back-off pulling image "${image}"` } };
  if (as !== 'CrashLoopBackOff') return { waiting: { reason: as, message: 'image will run as root' } };
  const said = `${(log ?? '').replace(/\n$/, '')}\n`;
  for (const run of ['', '/previous']) hooks.logs.set(`${namespace}/${pod}/${name}${run}`, said);
  const message = `back-off 40s restarting failed container=${name} pod=${pod}_${namespace}(${uid})`;
  return { waiting: { reason: as, message } };
}

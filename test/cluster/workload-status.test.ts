import type { ContainerStatus, Pod, Workload } from '../../lib/cluster/kubernetes-types';
import {
  findPodFailure,
  findUnreadyContainer,
  selectOutdatedPods,
  selectStuckPods,
} from '../../lib/cluster/workload-status';

const server: Workload = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'postgres', namespace: 'shop' },
  spec: { replicas: 1 },
  status: { updateRevision: 'postgres-2' },
};

function pod(revision: string, failing: boolean, metadata: Partial<Pod['metadata']> = {}): Pod {
  const state = failing ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'postgres-0',
      namespace: 'shop',
      labels: { 'controller-revision-hash': revision },
      ownerReferences: [{ kind: 'StatefulSet', name: 'postgres' }],
      ...metadata,
    },
    spec: {},
    status: { containerStatuses: [{ name: 'postgres', ready: false, restartCount: 0, state }] },
  };
}

test('a pod that fails at an old revision is stuck', () => {
  const stuck = pod('postgres-1', true);
  expect(selectStuckPods([server], [stuck])).toStrictEqual([stuck]);
});

test.each([
  ['fails at the revision that is wanted', pod('postgres-2', true)],
  ['works at an old one', pod('postgres-1', false)],
  ['is being deleted', pod('postgres-1', true, { deletionTimestamp: '2026-11-25T10:00:00Z' })],
  ['is of another namespace', pod('postgres-1', true, { namespace: 'other' })],
  ['is of another owner', pod('postgres-1', true, { ownerReferences: [{ kind: 'StatefulSet', name: 'redis' }] })],
])('a pod that %s is not stuck', (_, other) => {
  expect(selectStuckPods([server], [other])).toStrictEqual([]);
});

test('a StatefulSet without a status has no stuck pods', () => {
  const { status: _, ...unseen } = server;
  expect(selectStuckPods([unseen], [pod('postgres-1', true)])).toStrictEqual([]);
});

test('a pod that terminates already is not deleted again, whether it fails or not', () => {
  const terminating = { deletionTimestamp: '2026-11-25T10:00:00Z' };
  const pods = [true, false].map((failing) => pod('postgres-1', failing, terminating));
  expect(selectOutdatedPods(server, pods)).toStrictEqual([]);
  const waiting = pod('postgres-1', false);
  expect(selectOutdatedPods(server, [...pods, waiting])).toStrictEqual([waiting]);
});

function podWith(status: Pod['status'], metadata: Partial<Pod['metadata']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: {},
    metadata: { name: 'api-1', namespace: 'shop', ...metadata },
    status,
  };
}

function container(state: Partial<ContainerStatus>): ContainerStatus {
  return { name: 'api', ready: false, restartCount: 0, ...state };
}

const crashed = container({
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
  lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
});

test.each<[string, Pod, ReturnType<typeof findPodFailure>]>([
  [
    'an image that never comes',
    podWith({
      containerStatuses: [container({ state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } })],
    }),
    { state: 'ImagePullBackOff: not found', hasCrashed: false },
  ],
  [
    'a crash, by how the last run ended',
    podWith({ containerStatuses: [crashed] }),
    { container: 'api', state: 'CrashLoopBackOff: ended with exit code 137 (OOMKilled)', hasCrashed: true },
  ],
  [
    'an init container that fails',
    podWith({
      initContainerStatuses: [container({ name: 'init', state: { terminated: { exitCode: 3, reason: 'Error' } } })],
    }),
    { container: 'init', state: 'ended with exit code 3', hasCrashed: false },
  ],
  [
    'no node that takes it',
    podWith({
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes available' }],
    }),
    { state: 'Unschedulable: 0/3 nodes available', hasCrashed: false },
  ],
])('%s is reported', (_, given, failure) => {
  expect(findPodFailure(given)).toStrictEqual(failure);
});

test.each<[string, Pod]>([
  ['starts', podWith({ containerStatuses: [container({ state: { waiting: { reason: 'ContainerCreating' } } })] })],
  ['runs', podWith({ containerStatuses: [container({ state: { running: {} } })] })],
  ['has ended well', podWith({ containerStatuses: [container({ state: { terminated: { exitCode: 0 } } })] })],
  ['is over', podWith({ phase: 'Succeeded', containerStatuses: [crashed] })],
  ['is being deleted', podWith({ containerStatuses: [crashed] }, { deletionTimestamp: '2026-11-25T10:00:00Z' })],
  ['has no status yet', podWith(undefined)],
])('a pod that %s has not failed', (_, given) => {
  expect(findPodFailure(given)).toBeUndefined();
});

test('a container that runs and is not ready has a reason of its own', () => {
  const waiting = podWith({ containerStatuses: [container({ state: { running: {} } })] });
  const serving = podWith({ containerStatuses: [container({ ready: true, state: { running: {} } })] });
  expect(findUnreadyContainer(waiting)).toStrictEqual({
    container: 'api',
    state: 'container api runs and is not ready',
    hasCrashed: false,
  });
  expect(findUnreadyContainer(serving)).toBeUndefined();
});

import type { ContainerStatus, Pod } from '../../lib/cluster/kubernetes-types';
import { notReadyReason, podFailure } from '../../lib/cluster/pod-failure';

function pod(status: Pod['status'], metadata: Partial<Pod['metadata']> = {}): Pod {
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

test.each<[string, Pod, ReturnType<typeof podFailure>]>([
  [
    'an image that never comes',
    pod({
      containerStatuses: [container({ state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } })],
    }),
    { state: 'ImagePullBackOff: not found', hasCrashed: false },
  ],
  [
    'a crash, by how the last run ended',
    pod({ containerStatuses: [crashed] }),
    { container: 'api', state: 'CrashLoopBackOff: ended with exit code 137 (OOMKilled)', hasCrashed: true },
  ],
  [
    'an init container that fails',
    pod({
      initContainerStatuses: [container({ name: 'init', state: { terminated: { exitCode: 3, reason: 'Error' } } })],
    }),
    { container: 'init', state: 'ended with exit code 3', hasCrashed: false },
  ],
  [
    'no node that takes it',
    pod({
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes available' }],
    }),
    { state: 'Unschedulable: 0/3 nodes available', hasCrashed: false },
  ],
])('%s is reported', (_, given, failure) => {
  expect(podFailure(given)).toStrictEqual(failure);
});

test.each<[string, Pod]>([
  ['starts', pod({ containerStatuses: [container({ state: { waiting: { reason: 'ContainerCreating' } } })] })],
  ['runs', pod({ containerStatuses: [container({ state: { running: {} } })] })],
  ['has ended well', pod({ containerStatuses: [container({ state: { terminated: { exitCode: 0 } } })] })],
  ['is over', pod({ phase: 'Succeeded', containerStatuses: [crashed] })],
  ['is being deleted', pod({ containerStatuses: [crashed] }, { deletionTimestamp: '2026-11-25T10:00:00Z' })],
  ['has no status yet', pod(undefined)],
])('a pod that %s has not failed', (_, given) => {
  expect(podFailure(given)).toBeUndefined();
});

test('a container that runs and is not ready has a reason of its own', () => {
  const waiting = pod({ containerStatuses: [container({ state: { running: {} } })] });
  const serving = pod({ containerStatuses: [container({ ready: true, state: { running: {} } })] });
  expect(notReadyReason(waiting)).toStrictEqual({
    container: 'api',
    state: 'container api runs and is not ready',
    hasCrashed: false,
  });
  expect(notReadyReason(serving)).toBeUndefined();
});

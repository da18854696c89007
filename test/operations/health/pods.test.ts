import { checkPods } from '../../../lib/operations/health/pods';
import { ago, object, snapshot } from './cluster';

const ready = { type: 'Ready', status: 'True', lastTransitionTime: ago(60) };
const declared = [object('Service', 'api', {})];

const details = (...found: Parameters<typeof snapshot>[0]) =>
  checkPods(snapshot(found, declared)).map(({ state, object: what, detail }) => `${state} ${what}: ${detail}`);

const pod = (status: object, metadata: object = {}) =>
  object('Pod', 'api-1', {
    metadata: { creationTimestamp: ago(60), ...metadata },
    status: { phase: 'Running', conditions: [ready], ...status },
  });

const container = (status: object) => ({ name: 'api', ready: true, restartCount: 0, ...status });
const withContainer = (status: object) => pod({ containerStatuses: [container(status)] });
const ofJob = { ownerReferences: [{ kind: 'Job', name: 'backup' }] };

test('pods without a failure are one row', () => {
  const init = { ...container({ state: { terminated: { exitCode: 0, finishedAt: ago(2) } } }), name: 'wait' };
  const fine = [
    withContainer({ state: { running: { startedAt: ago(60) } } }),
    pod({ initContainerStatuses: [init] }),
    pod({ phase: 'Succeeded', conditions: [] }, ofJob),
    pod({ phase: 'Failed', conditions: [] }, ofJob),
    withContainer({ restartCount: 3, lastState: { terminated: { exitCode: 1, finishedAt: ago(16) } } }),
    pod({ conditions: [{ ...ready, status: 'False', lastTransitionTime: ago(4) }] }),
    pod({ phase: 'Pending', conditions: [] }, { creationTimestamp: ago(4) }),
    pod(
      { containerStatuses: [container({ state: { terminated: { exitCode: 143, finishedAt: ago(0) } } })] },
      {
        deletionTimestamp: ago(1),
      },
    ),
  ];
  expect(details(...fine)).toEqual(['ok shop: 7 pods, no failure']);
});

test('a namespace without pods is a failure', () => {
  expect(details()).toEqual(['failed shop: no pod is running here']);
  expect(details(pod({ phase: 'Succeeded' }, ofJob))).toEqual(['failed shop: no pod is running here']);
});

const ended = (exitCode: number, minutes: number, more: object = {}) => ({
  terminated: { exitCode, finishedAt: ago(minutes), reason: 'Error', ...more },
});

test.each<[object, string]>([
  [
    {
      restartCount: 7,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: ended(1, 4, { message: 'starting\nno database\n' }),
    },
    'container api keeps crashing (7 restarts): exit code 1: no database; kubectl logs -n shop api-1 -c api --previous',
  ],
  [
    { state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling\n image "api:v9"' } } },
    'container api does not start: ImagePullBackOff: Back-off pulling image "api:v9"',
  ],
  [
    { state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "veza-secrets" not found' } } },
    'container api does not start: CreateContainerConfigError: secret "veza-secrets" not found',
  ],
  [
    { restartCount: 1, lastState: ended(137, 14, { reason: 'OOMKilled' }) },
    'container api ended 14 min ago, within the last 15 min (1 restart): OOM-killed: raise its memory limit; kubectl logs -n shop api-1 -c api --previous',
  ],
  [
    { state: ended(2, 0) },
    'container api ended 0 s ago, within the last 15 min (0 restarts): exit code 2; kubectl logs -n shop api-1 -c api --previous',
  ],
])('a container with %j is a failure', (status, failure) => {
  expect(details(withContainer(status))).toEqual([`failed shop Pod/api-1: ${failure}`]);
});

test('an init container counts like any other', () => {
  const init = { ...container({ state: { waiting: { reason: 'ErrImagePull', message: 'denied' } } }), name: 'wait' };
  expect(details(pod({ initContainerStatuses: [init] }))).toEqual([
    'failed shop Pod/api-1: container wait does not start: ErrImagePull: denied',
  ]);
});

test.each<[string, object, object, string]>([
  [
    'cannot be scheduled',
    {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes: cpu.' }],
    },
    {},
    'cannot be scheduled: 0/3 nodes: cpu.',
  ],
  [
    'waits for a volume',
    {
      phase: 'Pending',
      conditions: [],
      containerStatuses: [container({ state: { waiting: { reason: 'ContainerCreating' } } })],
    },
    { creationTimestamp: ago(6) },
    'has not started after 6 min (Pending); kubectl describe pod -n shop api-1',
  ],
  [
    'is not ready',
    {
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          message: 'containers with unready status: [api]',
          lastTransitionTime: ago(7),
        },
      ],
    },
    {},
    'has been running without being ready for 7 min: containers with unready status: [api]; kubectl describe pod -n shop api-1',
  ],
  [
    'does not end',
    {},
    { deletionTimestamp: ago(9) },
    'should have ended 9 min ago, its node may be lost; kubectl describe pod -n shop api-1',
  ],
])('a pod that %s is a failure', (_, status, metadata, failure) => {
  expect(details(pod(status, metadata))).toEqual([`failed shop Pod/api-1: ${failure}`]);
});

test('a failure that is over is a warning', () => {
  expect(
    details(
      withContainer({ restartCount: 1, lastState: ended(137, 180, { reason: 'OOMKilled' }) }),
      pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' }),
    ),
  ).toEqual([
    'warning shop Pod/api-1: container api was OOM-killed 3 h ago (1 restart); check its memory limit',
    'warning shop Pod/api-1: failed and was replaced (Evicted) The node was low on memory.; once the reason is understood: kubectl delete pod -n shop api-1',
    'ok shop: 2 pods, no failure',
  ]);
});

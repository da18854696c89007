import { checkWorkloads } from '../../../lib/operations/health/workloads';
import { object, snapshot } from './cluster';

const complete = {
  observedGeneration: 4,
  replicas: 2,
  updatedReplicas: 2,
  readyReplicas: 2,
  availableReplicas: 2,
  conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }],
};

const deployment = (status: object | undefined, replicas: number | undefined = 2) =>
  object('Deployment', 'api', { metadata: { generation: 4 }, spec: { replicas }, status });

const details = (...found: Parameters<typeof snapshot>[0]) =>
  checkWorkloads(snapshot(found)).map(({ state, object: what, detail }) => `${state} ${what}: ${detail}`);

test('a complete workload is a row with its figures', () => {
  expect(checkWorkloads(snapshot([deployment(complete)]))).toEqual([
    {
      state: 'ok',
      check: 'workloads',
      object: 'shop Deployment/api',
      detail: '2 of 2 pods available, all at the current revision',
    },
  ]);
});

test.each<[string, object | undefined, string[]]>([
  [
    'an older generation',
    { ...complete, observedGeneration: 3 },
    ['its controller has processed generation 3 of 4; if that lasts, it is down'],
  ],
  ['no status', undefined, ['its controller has processed generation 0 of 4; if that lasts, it is down']],
  ['an unavailable pod', { ...complete, availableReplicas: 1 }, ['1 of 2 pods available; see the rows of its pods']],
  ['no ready pod', { ...complete, readyReplicas: undefined }, ['0 of 2 pods available; see the rows of its pods']],
  [
    'a pod of the old revision in place of a new one',
    { ...complete, updatedReplicas: 1 },
    ['1 of 2 pods at the current revision: a rollout is in progress or stuck'],
  ],
  [
    'an additional pod of the old revision',
    { ...complete, replicas: 3 },
    ['3 pods instead of 2: older ones have not ended'],
  ],
  [
    'an exhausted quota',
    { ...complete, conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota:\n pods' }] },
    ['pods cannot be created: exceeded quota: pods'],
  ],
  [
    'a deadline that passed',
    { ...complete, conditions: [{ type: 'Progressing', status: 'False', message: 'timed out progressing.' }] },
    ['rollout failed: timed out progressing.'],
  ],
])('%s is a failure', (_, status, failures) => {
  expect(details(deployment(status))).toEqual(failures.map((failure) => `failed shop Deployment/api: ${failure}`));
});

test('a workload that is scaled to zero is a failure', () => {
  expect(details(deployment({ observedGeneration: 4 }, 0))).toEqual([
    'failed shop Deployment/api: is scaled to 0, so nothing runs; scale it up, or finish the restore that paused it',
  ]);
});

test('a workload without a number of replicas has one', () => {
  const spec = {};
  const one = { ...complete, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
  const found = object('StatefulSet', 'store', { metadata: { generation: 4 }, spec, status: one });
  expect(details(found)).toEqual(['ok shop StatefulSet/store: 1 of 1 pods available, all at the current revision']);
});

test('a DaemonSet has its own status fields', () => {
  const status = {
    observedGeneration: 1,
    desiredNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberReady: 3,
    numberAvailable: 2,
  };
  expect(details(object('DaemonSet', 'agent', { metadata: { generation: 1 }, spec: {}, status }))).toEqual([
    'failed shop DaemonSet/agent: 2 of 3 pods available; see the rows of its pods',
  ]);
});

const store = object('StatefulSet', 'store', {
  metadata: { generation: 4 },
  spec: { replicas: 2 },
  status: { ...complete, updatedReplicas: 1, updateRevision: 'store-new' },
});

const pod = (revision: string, ready: string, metadata: object = {}) =>
  object('Pod', 'store-0', {
    metadata: {
      labels: { 'controller-revision-hash': revision },
      ownerReferences: [{ kind: 'StatefulSet', name: 'store' }],
      ...metadata,
    },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });

test('an unready pod of an old revision must be deleted by hand', () => {
  expect(details(store, pod('store-old', 'False'))).toEqual([
    'failed shop StatefulSet/store: 1 of 2 pods at the current revision: a rollout is in progress or stuck',
    'failed shop Pod/store-0: is stuck at an old revision: not ready, so its StatefulSet does not replace it; delete the pod: kubectl delete pod -n shop store-0',
  ]);
});

test.each([
  ['ready, and waits for its turn', pod('store-old', 'True')],
  ['at the new revision', pod('store-new', 'False')],
  ['terminating', pod('store-old', 'False', { deletionTimestamp: '2026-11-25T12:00:00Z' })],
  ["another StatefulSet's", pod('store-old', 'False', { ownerReferences: [{ kind: 'StatefulSet', name: 'other' }] })],
  ['in another namespace', pod('store-old', 'False', { namespace: 'elsewhere' })],
])('a pod that is %s is no failure', (_, found) => {
  expect(details(store, found)).toHaveLength(1);
});

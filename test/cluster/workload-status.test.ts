import type { Pod, Workload } from '../../lib/cluster/kubernetes-types';
import { outdatedPods, stuckPods } from '../../lib/cluster/workload-status';

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
  expect(stuckPods([server], [stuck])).toStrictEqual([stuck]);
});

test.each([
  ['fails at the revision that is wanted', pod('postgres-2', true)],
  ['works at an old one', pod('postgres-1', false)],
  ['is being deleted', pod('postgres-1', true, { deletionTimestamp: '2026-11-25T10:00:00Z' })],
  ['is of another namespace', pod('postgres-1', true, { namespace: 'other' })],
  ['is of another owner', pod('postgres-1', true, { ownerReferences: [{ kind: 'StatefulSet', name: 'redis' }] })],
])('a pod that %s is not stuck', (_, other) => {
  expect(stuckPods([server], [other])).toStrictEqual([]);
});

test('a StatefulSet without a status has no stuck pods', () => {
  const { status: _, ...unseen } = server;
  expect(stuckPods([unseen], [pod('postgres-1', true)])).toStrictEqual([]);
});

test('a pod that terminates already is not deleted again, whether it fails or not', () => {
  const terminating = { deletionTimestamp: '2026-11-25T10:00:00Z' };
  const pods = [true, false].map((failing) => pod('postgres-1', failing, terminating));
  expect(outdatedPods(server, pods)).toStrictEqual([]);
  const waiting = pod('postgres-1', false);
  expect(outdatedPods(server, [...pods, waiting])).toStrictEqual([waiting]);
});

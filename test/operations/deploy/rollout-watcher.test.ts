import type { DeleteOptions, KubernetesClient } from '../../../lib/cluster/kubernetes-client';
import { RolloutWatcher } from '../../../lib/operations/deploy/rollout-watcher';
import { FakeClock } from '../../support/fake-clock';
import { staging } from '../../support/small-environment';

const namespace = 'veza-staging';
const deletionTimestamp = '2026-11-29T01:00:00Z';

interface SomePod {
  readonly name: string;
  readonly owner?: string;
  readonly metadata?: object;
}

/** A pod of a DaemonSet that is being deleted, unless it is stated otherwise. */
function pod({ name, owner = 'DaemonSet', metadata = { deletionTimestamp } }: SomePod) {
  const ownerReferences = [{ kind: owner, name: 'logs' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: name, namespace, ownerReferences, ...metadata } };
}

/** What a watcher deletes, and after how many seconds, while Helm works for some time and the pods stay. */
async function deletions(pods: readonly object[], seconds: number): Promise<unknown[]> {
  const clock = new FakeClock();
  const deleted: unknown[] = [];
  const kubectl = {
    list: async (_: string, of: string) => (of === namespace ? pods : []),
    delete: async (object: string, _: string, options: DeleteOptions) =>
      void deleted.push([object, options, Math.floor(clock.elapsed() / 1000)]),
  } as unknown as KubernetesClient;
  const progress = { step: () => undefined, update: () => undefined, succeed: () => undefined, stop: () => undefined };
  await new RolloutWatcher({ kubectl, environment: staging, progress, clock }).follow(clock.sleep(seconds));
  return deleted;
}

test('a pod of a DaemonSet that its node does not end is removed after its grace period and a minute', async () => {
  const [first, ...others] = await deletions([pod({ name: 'logs-a' })], 95);
  expect(first).toEqual(['pod/logs-a', { force: true, wait: 'none' }, 90]);
  // It is tried again until the pod is gone.
  expect(others.length).toBeGreaterThan(0);
  expect(await deletions([pod({ name: 'logs-a' })], 85)).toEqual([]);
});

test('a pod with a longer grace period has more time', async () => {
  const slow = pod({ name: 'slow', metadata: { deletionTimestamp, deletionGracePeriodSeconds: 600 } });
  expect(await deletions([slow], 600)).toEqual([]);
  expect(await deletions([slow], 664)).not.toEqual([]);
});

test('no other pod is removed by force: it could run twice', async () => {
  const others = [
    pod({ name: 'postgres-0', owner: 'StatefulSet' }),
    pod({ name: 'veza-api-1', owner: 'ReplicaSet' }),
    pod({ name: 'logs-b', metadata: {} }),
  ];
  expect(await deletions(others, 600)).toEqual([]);
  expect(await deletions([], 600)).toEqual([]);
});

import { createHash } from 'node:crypto';
import type { Failure, Hooks } from '../hooks';
import { isFields, type KubeObject, ownedBy } from '../objects';
import type { Store } from '../store';
import type { Pod, PodTemplate } from '../workloads';

const hashes = new WeakMap<object, string>();

/** A short name for a value: the same for the same value, in whatever order its fields were written. */
export function hashOf(value: object): string {
  const known = hashes.get(value);
  if (known !== undefined) return known;
  const hash = createHash('sha256')
    .update(JSON.stringify(ordered(value)))
    .digest('hex')
    .slice(0, 10);
  hashes.set(value, hash);
  return hash;
}

/** A pod of a template, with its owner. */
export function podOf(
  owner: KubeObject,
  name: string,
  template: PodTemplate,
  labels: Readonly<Record<string, string>> = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...template.metadata,
      name,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...labels },
      ownerReferences: [ownedBy(owner)],
    },
    spec: template.spec,
    status: { phase: 'Pending' },
  };
}

/** Why a quota refuses a new pod of a template; undefined if none does. */
export function refusedByQuota(hooks: Hooks, owner: string, { spec }: PodTemplate): string | undefined {
  if (!fails(hooks, 'QuotaExceeded', spec.containers[0]?.image)) return undefined;
  return `pods "${owner}-x" is forbidden: exceeded quota: veza-quota, requested: pods=1, used: pods=20, limited: pods=20`;
}

/** Deletes a pod. One that never terminates stays, marked as being deleted. */
export function deletePod(store: Store, hooks: Hooks, pod: Pod): void {
  if (!fails(hooks, 'NeverTerminates', pod.spec.containers[0]?.image)) store.delete(pod);
  else if (pod.metadata.deletionTimestamp === undefined) {
    store.update({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: store.time } });
  }
}

function fails({ failures }: Hooks, as: Failure['as'], image = ''): boolean {
  return failures.some((failure) => failure.as === as && failure.image.test(image));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(value[key])]),
  );
}

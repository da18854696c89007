import { createHash } from 'node:crypto';
import { isFields, type KubeObject, ownedBy } from '../objects';
import type { Pod, PodTemplate } from '../workloads';

/** A short name for a value: the same for the same value, in whatever order its fields were written. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(ordered(value)))
    .digest('hex')
    .slice(0, 10);
}

/** A pod made from a template, as part of something. */
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

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(value[key])]),
  );
}

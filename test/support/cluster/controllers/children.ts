import { createHash } from 'node:crypto';
import { type KubeObject, ownedBy } from '../objects';
import type { Pod, PodTemplate } from '../workloads';

/** A short name for a value: the same for the same value, whatever made it. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
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

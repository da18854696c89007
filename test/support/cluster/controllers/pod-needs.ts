import type { KubeObject } from '../objects';
import type { Store } from '../store';
import type { Container, KeyRef, Pod } from '../workloads';

/** The missing object or key that a container refers to, in the kubelet's words; undefined if there is none. */
export function missingKey(store: Store, { metadata }: Pod, { env = [] }: Container): string | undefined {
  const { namespace } = metadata;
  const problem = (kind: 'Secret' | 'ConfigMap', ref: KeyRef | undefined) => {
    if (!ref || ref.optional) return undefined;
    const found = store.one<KubeObject>(kind, ref.name, namespace);
    if (!found) return `${kind.toLowerCase()} "${ref.name}" not found`;
    return ref.key in (found.data ?? {})
      ? undefined
      : `couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}`;
  };
  return env
    .map(
      ({ valueFrom }) => problem('Secret', valueFrom?.secretKeyRef) ?? problem('ConfigMap', valueFrom?.configMapKeyRef),
    )
    .find((found) => found !== undefined);
}

/** A volume that a pod cannot mount, since its source does not exist; undefined if there is none. */
export function missingVolume(store: Store, { metadata, spec }: Pod): string | undefined {
  const { namespace } = metadata;
  return spec.volumes
    ?.filter(
      ({ secret, configMap }) =>
        (secret && !secret.optional && !store.one('Secret', secret.secretName, namespace)) ||
        (configMap && !configMap.optional && !store.one('ConfigMap', configMap.name, namespace)),
    )
    .map(({ name }) => name)[0];
}

/** Why a pod cannot be scheduled: one of its claims does not exist or is not bound; undefined if it can. */
export function unboundClaim(store: Store, { metadata, spec }: Pod): string | undefined {
  for (const { persistentVolumeClaim } of spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue;
    const { claimName } = persistentVolumeClaim;
    const claim = store.one<KubeObject>('PersistentVolumeClaim', claimName, metadata.namespace);
    if (!claim) return `0/1 nodes are available: persistentvolumeclaim "${claimName}" not found.`;
    const phase = (claim.status as { phase?: string } | undefined)?.phase;
    if (phase !== 'Bound') return '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.';
  }
  return undefined;
}

import type { KubeObject } from '../objects';
import type { Store } from '../store';
import type { Container, KeyRef, Pod } from '../workloads';

/** What the settings of a container refer to and the cluster does not have, in the kubelet's words. */
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

/** A volume that a pod cannot mount, since what it is made of is not there. */
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

/** Why a pod cannot be scheduled: a claim of its that is not there or not bound. */
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

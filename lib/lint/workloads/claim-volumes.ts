import type { Cursor } from '../../manifests/cursor';
import { groupBy } from '../../manifests/group-by';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { readQuantity } from '../../platform/settings/quantity';
import type { Rule, Violation } from '../rule';

export const claimVolumes: Rule = {
  name: 'claim-volumes',
  class: 'broken',
  finds: 'A PersistentVolumeClaim that does not fit the volume that it names, or none of the volumes of its class.',
  why: 'The claim stays pending, and so do its pods.',
  fix: 'State the storage class of the volume, access modes that it has, and at most its capacity.',
  example: `
apiVersion: v1
kind: PersistentVolume
metadata: { name: data }
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  capacity: { storage: 1Gi }
  hostPath: { path: /data }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 5Gi } }
`,
  *check(set) {
    const volumes = groupBy(set.ofType('PersistentVolume'), (volume) => classOf(volume) ?? '');
    for (const claim of set.ofType('PersistentVolumeClaim')) {
      const name = claim.text('spec', 'volumeName');
      if (name !== undefined && name !== '') yield* checkNamed(set, claim, name);
      else yield* checkClass(set, volumes, claim);
    }
  },
};

function* checkNamed(set: ManifestSet, claim: Manifest, name: string): Generator<Violation> {
  const volume = set.find('PersistentVolume', '', name);
  const misfit = volume && mismatchOf(claim, volume);
  if (misfit === undefined) return;
  yield {
    at: misfit.at,
    message: `PersistentVolume ${name} does not fit: ${misfit.reason}`,
    remedy: 'state what the volume has',
  };
}

/** A class without a provisioner has the volumes that are there; of another, the set does not show all. */
function* checkClass(
  set: ManifestSet,
  volumes: ReadonlyMap<string, readonly Manifest[]>,
  claim: Manifest,
): Generator<Violation> {
  const name = classOf(claim);
  if (name === undefined || !isStatic(set, name)) return;
  const candidates = (volumes.get(name) ?? []).filter((volume) => isFor(volume, claim));
  const [candidate] = candidates;
  const first = candidate && mismatchOf(claim, candidate);
  if (first === undefined || candidates.some((volume) => mismatchOf(claim, volume) === undefined)) return;
  yield {
    at: first.at,
    message: `no PersistentVolume of class "${name}" fits: ${first.reason}`,
    remedy: 'state what one of the volumes has',
  };
}

function isStatic(set: ManifestSet, name: string): boolean {
  const provisioner = set.find('StorageClass.storage.k8s.io', '', name)?.text('provisioner');
  return provisioner === 'kubernetes.io/no-provisioner' || (provisioner === undefined && /^(manual)?$/.test(name));
}

function isFor(volume: Manifest, claim: Manifest): boolean {
  const reference = volume.at('spec', 'claimRef');
  return !reference.exists || reference.text('name') === claim.name;
}

/** Why a claim cannot be bound to a volume; undefined if it can. */
function mismatchOf(claim: Manifest, volume: Manifest): { at: Cursor; reason: string } | undefined {
  const [wanted, offered] = [classOf(claim), classOf(volume) ?? ''];
  if (wanted !== undefined && wanted !== offered) {
    return { at: claim.at('spec', 'storageClassName'), reason: `its class is "${offered}", not "${wanted}"` };
  }
  const modes = volume.texts('spec', 'accessModes');
  const missing = claim.texts('spec', 'accessModes').find((mode) => !modes.includes(mode));
  if (missing !== undefined && modes.length > 0) {
    return { at: claim.at('spec', 'accessModes'), reason: `it has ${modes.join(', ')}, not ${missing}` };
  }
  const request = claim.at('spec', 'resources', 'requests', 'storage');
  const [least, capacity] = [request, volume.at('spec', 'capacity', 'storage')].map(({ value }) => readQuantity(value));
  if (least === undefined || capacity === undefined || least <= capacity) return undefined;
  return {
    at: request,
    reason: `it has ${volume.at('spec', 'capacity', 'storage').value}, less than ${request.value}`,
  };
}

/** The class that an object states, of which an empty one means none; undefined for the default of the cluster. */
function classOf(object: Manifest): string | undefined {
  return object.text('spec', 'storageClassName') ?? object.annotations['volume.beta.kubernetes.io/storage-class'];
}

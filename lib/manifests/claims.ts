import type { Cursor } from './cursor';
import type { Manifest } from './manifest';
import type { ManifestSet } from './manifest-set';
import type { PodTemplate } from './pod-template';

/** A volume of a pod that is a claim of the set. */
export interface ClaimedVolume {
  /** The entry of `volumes`. */
  readonly at: Cursor;
  readonly claim: Manifest;
}

/** The claims of the set that a pod mounts by their names. */
export function claimedVolumes(set: ManifestSet, { spec, namespace }: PodTemplate): ClaimedVolume[] {
  return spec.items('volumes').flatMap((at) => {
    const name = at.text('persistentVolumeClaim', 'claimName');
    const claim = name === undefined ? undefined : set.find('PersistentVolumeClaim', namespace, name);
    return claim === undefined ? [] : [{ at: at.at('persistentVolumeClaim', 'claimName'), claim }];
  });
}

/** Whether only one node can mount a claim at a time. */
export function isSingleNode(claim: Manifest): boolean {
  const modes = claim.at('spec').texts('accessModes');
  return modes.length > 0 && modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod');
}

import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { scaleOf } from '../../manifests/scale';

/** A claim of a namespace, or the claims that a StatefulSet makes of a template. */
export interface VolumeClaim {
  readonly spec: Cursor;
  /** How many there are at full scale. */
  readonly count: number;
}

export function volumeClaims(
  set: ManifestSet,
  namespace: string,
  autoscaledBy: ReadonlyMap<string, Manifest>,
): VolumeClaim[] {
  const claims = set
    .inNamespace('PersistentVolumeClaim', namespace)
    .map((claim) => ({ spec: claim.at('spec'), count: 1 }));
  const templates = set.inNamespace('StatefulSet.apps', namespace).flatMap((workload) =>
    workload
      .at('spec')
      .items('volumeClaimTemplates')
      .map((template) => ({ spec: template.at('spec'), count: scaleOf(workload, autoscaledBy).highest })),
  );
  return [...claims, ...templates];
}

import type { KubernetesManifest } from '../../manifests/manifest';
import type { TargetObject } from '../../platform/extension-targets';
import { nearestName } from '../../platform/nearest-name';

/** The object that a target names. A cluster-scoped object is found whatever the namespace. */
export function findTarget(
  objects: readonly KubernetesManifest[],
  { kind, name, namespace }: TargetObject,
): KubernetesManifest | undefined {
  return objects.find(
    ({ kind: found, metadata }) =>
      found === kind && metadata.name === name && (metadata.namespace ?? namespace) === namespace,
  );
}

/** Why there is no such object, and which there is instead. */
export function unknownTarget(objects: readonly KubernetesManifest[], wanted: TargetObject): string {
  const id = idOf(wanted.kind, wanted.name);
  const found = (name: string) => objects.filter(({ kind, metadata }) => idOf(kind, metadata.name) === name);
  const elsewhere = found(id).map(({ metadata }) => metadata.namespace);
  if (elsewhere.length > 0) {
    return `${id} is not in ${wanted.namespace} but in ${elsewhere.join(' and ')}; state the namespace`;
  }
  const nearest = nearestName(
    id,
    objects.map(({ kind, metadata }) => idOf(kind, metadata.name)),
  );
  const [{ metadata } = { metadata: undefined }] = nearest === undefined ? [] : found(nearest);
  const hint =
    metadata === undefined
      ? 'use the kind and name of an object in the files of the environment'
      : `did you mean ${nearest}${metadata.namespace === undefined ? '' : ` in ${metadata.namespace}`}?`;
  return `there is no ${id} in ${wanted.namespace}; ${hint}`;
}

function idOf(kind: string, name: string): string {
  return `${kind}/${name}`;
}

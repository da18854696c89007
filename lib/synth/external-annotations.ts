import { listPullSecretReferences } from '../lint/configuration/dangling-keys';
import { type KeyReference, listKeyReferences } from '../lint/configuration/key-references';
import { externalAnnotation, formatExternal } from '../manifests/external-annotation';
import { type KubernetesManifest, withAnnotations } from '../manifests/manifest';
import { ObjectSet } from '../manifests/object-set';
import type { Assumption } from '../manifests/unknown-objects';

/** Objects of an environment that its manifests refer to but do not create. */
export interface ExternalObjects {
  /** Keys of Secrets; each object that reads some of them states these. */
  readonly secretKeys: readonly Assumption[];
  /** Other objects, which the Namespace states that they are in. */
  readonly others: readonly Assumption[];
}

/**
 * States on each object which external objects it relies on, so that the YAML alone can be linted.
 * The annotation is on the object itself and never on its pod template: a change of it restarts no pod.
 * A key that no Secret of the environment has is not stated, so the linter reports a reference to it.
 */
export function stateExternalObjects(
  objects: readonly KubernetesManifest[],
  external: ExternalObjects,
): KubernetesManifest[] {
  const references = secretReferences(objects);
  return objects.map((object) => {
    const assumptions = [
      ...keysOf(references.get(object) ?? [], external.secretKeys),
      ...othersIn(object, external.others),
    ];
    if (assumptions.length === 0) return object;
    const statement = formatExternal(assumptions, object.metadata.namespace ?? object.metadata.name);
    return withAnnotations(object, { [externalAnnotation]: statement });
  });
}

/** The references to Secrets, by the object that they stand in. */
function secretReferences(objects: readonly KubernetesManifest[]): Map<unknown, KeyReference[]> {
  const set = new ObjectSet(objects);
  const references = new Map<unknown, KeyReference[]>(objects.map((object) => [object, []]));
  for (const reference of [...listKeyReferences(set), ...listPullSecretReferences(set)])
    if (reference.kind === 'Secret') references.get(reference.at.root.value)?.push(reference);
  return references;
}

/** The supplied keys that the references are to. */
function keysOf(references: readonly KeyReference[], supplied: readonly Assumption[]): Assumption[] {
  return supplied.filter(({ namespace, name, key }) =>
    references.some(
      (reference) =>
        reference.namespace === namespace &&
        reference.name === name &&
        // A reference without keys is to the whole Secret.
        (reference.keys.length === 0 || reference.keys.some((wanted) => wanted.key === key)),
    ),
  );
}

function othersIn({ kind, metadata }: KubernetesManifest, others: readonly Assumption[]): Assumption[] {
  return kind === 'Namespace' ? others.filter(({ namespace }) => namespace === metadata.name) : [];
}

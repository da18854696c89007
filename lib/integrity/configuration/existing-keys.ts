import { listed } from '../manifests/listed';
import type { ManifestSet } from '../manifests/manifest-set';
import type { Problem, Rule } from '../rule';
import { type KeyReference, keyReferences } from './key-references';

/** Every ConfigMap and Secret, and every key of one, that somebody needs exists. */
export const existingKeys: Rule = {
  name: 'existing-keys',
  class: 'broken',
  *check(set) {
    for (const reference of keyReferences(set)) yield* dangling(set, reference);
  },
};

function* dangling(set: ManifestSet, { at, kind, namespace, name, keys }: KeyReference): Generator<Problem> {
  const source = set.keySources.find(kind, namespace, name);
  if (source === undefined) {
    if (set.unknown.mayMake(namespace, [name])) return;
    const others = listed(set.keySources.namesIn(kind, namespace));
    yield {
      at,
      message: `${kind} ${name} does not exist${namespace === '' ? '' : ` in ${namespace}`} (there is ${others})`,
      remedy: `correct the name, or add the ${kind}, or declare it: --assume ${kind}/${namespace}/${name}`,
    };
    return;
  }
  for (const wanted of source.isOpen ? [] : keys) {
    if (source.keys.has(wanted.key)) continue;
    yield {
      at: wanted.at,
      message: `${kind} ${name} has no key "${wanted.key}" (it has ${listed(source.keys)})`,
      remedy: `refer to a key that it has, or add "${wanted.key}" to it`,
    };
  }
}

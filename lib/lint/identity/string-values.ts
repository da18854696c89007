import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule } from '../rule';

/** Strings are quoted where YAML would read them as a number or boolean. */
export const stringValues: Rule = {
  name: 'string-values',
  class: 'broken',
  documentation: {
    finds: 'A number, boolean or mapping where Kubernetes expects a string.',
    why: 'YAML reads an unquoted 8080 as a number and yes as a boolean; the API server refuses them.',
    fix: 'Quote the value.',
    example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { PORT: 8080 }
`,
  },
  *check(set) {
    for (const at of strings(set)) {
      if (!at.exists || typeof at.value === 'string') continue;
      yield { at, message: `the value must be a string, but is ${typeOf(at.value)}`, remedy: 'quote the value' };
    }
  },
};

function strings(set: ManifestSet): Cursor[] {
  return [
    ...set.objects.flatMap((object) => metadataOf(object.at('metadata'))),
    ...set.pods.filter(({ owner }) => owner.type !== 'Pod').flatMap(({ metadata }) => metadataOf(metadata)),
    ...set.pods.flatMap(({ allContainers }) =>
      allContainers.flatMap(({ env }) => env.map((entry) => entry.at('value'))),
    ),
    ...set.ofType('ConfigMap', 'Secret').flatMap((object) => valuesOf(object, 'data', 'stringData')),
  ];
}

function metadataOf(metadata: Cursor): Cursor[] {
  return valuesOf(metadata, 'labels', 'annotations');
}

function valuesOf(place: Cursor, ...fields: readonly string[]): Cursor[] {
  return fields.flatMap((field) => place.at(field).children());
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`.replace('a object', 'a mapping');
}

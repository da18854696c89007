import type { Cursor } from '../../manifests/cursor';
import type { Rule } from '../rule';

export const noNull: Rule = {
  name: 'no-null',
  class: 'policy',
  finds: 'A null value.',
  why: 'Applying, creating and templating treat it differently.',
  fix: 'Leave the field out, or state an empty value.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop, annotations: null }
`,
  *check(set) {
    for (const object of set.objects) {
      if (!hasNull(object.value)) continue;
      for (const at of nullsBelow(object)) {
        yield { at, message: 'the value is null', remedy: 'leave the field out, or state an empty value' };
      }
    }
  },
};

/** Cheap check, before the walk that keeps paths: most objects have no null. */
function hasNull(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.values(value).some(hasNull));
}

function* nullsBelow(place: Cursor): Generator<Cursor> {
  if (place.value === null) yield place;
  else for (const child of place.children()) yield* nullsBelow(child);
}

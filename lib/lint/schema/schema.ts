import { type Cursor, itemsAt } from '../../manifests/cursor';
import { groupBy } from '../../manifests/group-by';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { rememberFor } from '../../manifests/remember';
import type { Rule } from '../rule';
import { exampleContainer } from '../rule';
import { type Step, TypeCheck } from './check-type';
import { fieldOf, findCustomType } from './custom-types';
import { type FieldType, findKindType } from './kubernetes-types';

const texts: FieldType = { is: 'map', of: { is: 'string' } };

/** What every object has, whatever its kind: of a custom kind, the API server knows only the metadata. */
const anyObject: FieldType = openObject({ metadata: openObject({ labels: texts, annotations: texts }) });

export const schema: Rule = {
  name: 'schema',
  formerNames: ['string-values'],
  class: 'broken',
  finds:
    'A field that does not exist, a value of the wrong type (such as a number where a string belongs), or a required field that is missing.',
  why: 'kubectl refuses the object. Other clients drop an unknown field silently, so that it has no effect.',
  fix: 'Correct the name or the place of the field, or quote the value. Custom kinds are checked if their definition is in the set. With `--kubernetes 1.30` the fields of that version alone are known.',
  example: `${exampleContainer}
      args: [--port, 8080]
      readinesProbe: { tcpSocket: { port: 8080 } }
`,
  *check(set, { kubernetes }) {
    for (const object of set.objects) {
      const check = new TypeCheck(kubernetes);
      check.check(
        object.value,
        findKindType(object.apiVersion, object.kind) ?? findCustomType(set, object) ?? anyObject,
      );
      for (const { path, message, remedy, isMissing } of check.mismatches) {
        if (isMissing && isPartial(set, object)) continue;
        yield { at: placeOf(object, path), message, remedy };
      }
    }
  },
};

function openObject(fields: Readonly<Record<string, FieldType>>): FieldType {
  const known = Object.entries(fields).map(([key, type]) => [key, fieldOf(() => type)] as const);
  return { is: 'object', id: '', fields: new Map(known), required: [], isOpen: true };
}

/** The place at the end of a path. Variables are named in it, as other rules name them. */
function placeOf(object: Cursor, path: readonly Step[]): Cursor {
  let at = object;
  for (const [index, step] of path.entries()) {
    const next = path[index + 1];
    if (typeof step === 'number') continue;
    const items = typeof next === 'number' ? itemsAt(at, step) : [];
    at = (typeof next === 'number' ? items[next] : undefined) ?? at.at(step);
  }
  return at;
}

/** Whether an object is only a patch of another: it lacks required fields, and there is an object that it may be for. */
export function isPartial(set: ManifestSet, object: Manifest): boolean {
  return mayBePatch(set, object) && missesFields(set, object);
}

/** Another object has the same name, or a Kustomization of the set adds to its objects: labels, selectors, images. */
function mayBePatch(set: ManifestSet, object: Manifest): boolean {
  return (namesakesIn(set).get(idOf(object)) ?? []).length > 1 || set.isKustomizeInput;
}

function missesFields(set: ManifestSet, object: Manifest): boolean {
  const type = findKindType(object.apiVersion, object.kind) ?? findCustomType(set, object);
  if (type === undefined) return false;
  const check = new TypeCheck();
  check.check(object.value, type);
  return check.mismatches.some(({ isMissing }) => isMissing);
}

/** The objects of a set by type and name, whatever their namespace. */
const namesakesIn = rememberFor((set: ManifestSet) => groupBy(set.objects, idOf));

function idOf({ type, name }: Manifest): string {
  return `${type} ${name}`;
}

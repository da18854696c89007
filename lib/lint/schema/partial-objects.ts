import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { TypeCheck } from './check-type';
import { typeOfKind } from './kubernetes-types';

/** How many objects of a set have a type and a name, whatever their namespace. */
const known = new WeakMap<ManifestSet, ReadonlyMap<string, number>>();

/** Whether an object is only a patch of another: it lacks required fields, and there is an object that it may be for. */
export function isPartial(set: ManifestSet, object: Manifest): boolean {
  return mayBePatch(set, object) && missesFields(object);
}

/** Another object has the same name, or a Kustomization of the set adds to its objects: labels, selectors, images. */
function mayBePatch(set: ManifestSet, object: Manifest): boolean {
  return (namesOf(set).get(idOf(object)) ?? 0) > 1 || set.isKustomizeInput;
}

function missesFields(object: Manifest): boolean {
  const type = typeOfKind(object.apiVersion, object.kind);
  if (type === undefined) return false;
  const check = new TypeCheck();
  check.check(object.value, type);
  return check.mismatches.some(({ isMissing }) => isMissing);
}

function namesOf(set: ManifestSet): ReadonlyMap<string, number> {
  const names = known.get(set) ?? countNames(set);
  known.set(set, names);
  return names;
}

function countNames(set: ManifestSet): Map<string, number> {
  const counts = new Map<string, number>();
  for (const object of set.objects) counts.set(idOf(object), (counts.get(idOf(object)) ?? 0) + 1);
  return counts;
}

function idOf({ type, name }: Manifest): string {
  return `${type} ${name}`;
}

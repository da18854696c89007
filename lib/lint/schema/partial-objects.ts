import { groupBy } from '../../manifests/group-by';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { rememberFor } from '../../manifests/remember';
import { TypeCheck } from './check-type';
import { typeOfKind } from './kubernetes-types';

/** Whether an object is only a patch of another: it lacks required fields, and there is an object that it may be for. */
export function isPartial(set: ManifestSet, object: Manifest): boolean {
  return mayBePatch(set, object) && missesFields(object);
}

/** Another object has the same name, or a Kustomization of the set adds to its objects: labels, selectors, images. */
function mayBePatch(set: ManifestSet, object: Manifest): boolean {
  return (namesakesIn(set).get(idOf(object)) ?? []).length > 1 || set.isKustomizeInput;
}

function missesFields(object: Manifest): boolean {
  const type = typeOfKind(object.apiVersion, object.kind);
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

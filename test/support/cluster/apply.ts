import { ownedByOthers } from './api-error';
import {
  type FieldSet,
  fieldName,
  fieldValues,
  fromFieldsV1,
  selectorPath,
  toFieldsV1,
  withoutField,
} from './field-sets';
import type { Kind } from './kinds';
import { isFields, type KubeObject, type ManagedFields } from './objects';
import { strategicMerge } from './patches';

/** The manager that applies, and whether it takes over fields of other managers. */
export interface Applier {
  readonly manager: string;
  readonly force: boolean;
  /** Time of the write. */
  readonly time: string;
}

/**
 * Server-side apply: sets the stated fields, and removes those that only this manager stated before and no longer does.
 * @throws ApiError if others own fields with other values, unless by force
 */
export function applied(kind: Kind, live: KubeObject | undefined, wanted: KubeObject, applier: Applier): KubeObject {
  const { manager, force, time } = applier;
  const values = fieldValues(wanted);
  const entries = live?.metadata.managedFields ?? [];
  const own = entries.find((entry) => isApplier(entry, manager));
  const others = entries.filter((entry) => entry !== own);
  const liveValues = fieldValues(live ?? {});
  const conflicts = others.flatMap((entry) =>
    [...fromFieldsV1(entry.fieldsV1)]
      .filter((path) => values.has(path) && !sameValue(values.get(path), liveValues.get(path)))
      .map((path): [string, ManagedFields] => [path, entry]),
  );
  if (conflicts.length > 0 && !force) {
    const named = conflicts.map(([path, entry]): [string, string] => [fieldName(path), nameOf(entry)]);
    throw ownedByOthers(kind, wanted.metadata.name, named);
  }
  const taken = new Set(conflicts.map(([path]) => path));
  const left = others.flatMap((entry) => reduced(entry, taken));
  const before = own ? fromFieldsV1(own.fieldsV1) : new Set<string>();
  const owned = new Set(left.flatMap(({ fieldsV1 }) => [...fromFieldsV1(fieldsV1)]));
  const replaced = isFields(wanted.spec) && 'selector' in wanted.spec ? [selectorPath] : [];
  const dropped = [...before].filter((path) => !values.has(path) && !owned.has(path)).concat(replaced);
  const merged = strategicMerge(dropped.reduce<unknown>(withoutField, live ?? {}), wanted) as KubeObject;
  const entry = entryOf({ manager, time }, 'Apply', wanted.apiVersion, new Set(values.keys()));
  return withManagers(merged, [...left, entry]);
}

/** An object after a write that is no apply: the writer owns the changed fields, and removed fields have no owner. */
export function updated(
  live: KubeObject | undefined,
  next: KubeObject,
  writer: Pick<Applier, 'manager' | 'time'>,
): KubeObject {
  const { manager } = writer;
  const [before, after] = [fieldValues(live ?? {}), fieldValues(next)];
  const changed = new Set(
    [...after]
      .filter(([path, value]) => !before.has(path) || !sameValue(value, before.get(path)))
      .map(([path]) => path),
  );
  const gone = [...before.keys()].filter((path) => !after.has(path));
  const entries = next.metadata.managedFields ?? live?.metadata.managedFields ?? [];
  const mine = (entry: ManagedFields) => entry.manager === manager && entry.operation === 'Update';
  const others = entries.filter((entry) => !mine(entry));
  const left = others.flatMap((entry) => reduced(entry, new Set([...changed, ...gone])));
  const kept = entries.filter(mine).flatMap((entry) => [...fromFieldsV1(entry.fieldsV1)]);
  const owned = new Set([...kept.filter((path) => !gone.includes(path)), ...changed]);
  if (owned.size === 0) return withManagers(next, left);
  return withManagers(next, [...left, entryOf(writer, 'Update', next.apiVersion, owned)]);
}

function isApplier(entry: ManagedFields, manager: string): boolean {
  return entry.manager === manager && entry.operation === 'Apply';
}

function nameOf({ manager, operation, apiVersion }: ManagedFields): string {
  return operation === 'Apply' ? manager : `${manager}" using "${apiVersion}`;
}

function sameValue(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The managed fields of a manager without some fields. */
function reduced(entry: ManagedFields, taken: FieldSet): ManagedFields[] {
  const set = fromFieldsV1(entry.fieldsV1);
  const left = new Set([...set].filter((path) => !taken.has(path)));
  if (left.size === set.size) return [entry];
  return left.size === 0 ? [] : [{ ...entry, fieldsV1: toFieldsV1(left) }];
}

function entryOf(
  { manager, time }: Pick<Applier, 'manager' | 'time'>,
  operation: ManagedFields['operation'],
  apiVersion: string,
  set: FieldSet,
): ManagedFields {
  return { manager, operation, apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: toFieldsV1(set) };
}

function withManagers(object: KubeObject, managedFields: readonly ManagedFields[]): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: managedFields.length === 0 ? metadata : { ...metadata, managedFields } };
}

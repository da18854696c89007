import { TypeCheck } from '../../../lib/lint/schema/check-type';
import { type FieldType, findKindType } from '../../../lib/lint/schema/kubernetes-types';
import { ManifestSet } from '../../../lib/manifests/manifest-set';
import { readManifests } from '../../../lib/manifests/read-manifests';

/** A change of one place of an object, undone by the function that it returns. */
interface Mutation {
  readonly place: string;
  readonly apply: () => () => void;
}

/** Values that no field of a type takes. */
const wrong: Readonly<Record<FieldType['is'], unknown>> = {
  any: undefined,
  string: 7,
  integer: '7',
  number: '7',
  boolean: 'true',
  quantity: '7 MB',
  port: true,
  bytes: 'no base64!',
  list: { a: 'b' },
  map: ['a'],
  object: ['a'],
};

/** Misspells every field, and gives every field a value of another type. */
function* mutations(value: unknown, type: FieldType, path: string): Generator<Mutation> {
  if (type.is === 'list' && Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* mutations(item, type.of, `${path}[${index}]`);
  }
  if (type.is !== 'object' || typeof value !== 'object' || value === null) return;
  const object: Record<string, unknown> = Object.assign(value);
  for (const key of Object.keys(object)) {
    const field = type.fields.get(key)?.type();
    if (field === undefined || field.is === 'any') continue;
    const place = `${path}.${key}`;
    yield { place: `${place} under another name`, apply: () => renameKey(object, key) };
    yield { place: `${place} of another type`, apply: () => setKey(object, key, wrong[field.is]) };
    yield* mutations(object[key], field, place);
  }
}

function setKey(object: Record<string, unknown>, key: string, value: unknown): () => void {
  const before = object[key];
  object[key] = value;
  return () => {
    object[key] = before;
  };
}

function renameKey(object: Record<string, unknown>, key: string): () => void {
  const before = object[key];
  Reflect.deleteProperty(object, key);
  object[`${key}x`] = before;
  return () => {
    Reflect.deleteProperty(object, `${key}x`);
    object[key] = before;
  };
}

test('every field of dist is noticed under another name, and with a value of another type', () => {
  const types = new ManifestSet(
    readManifests(['dist/staging.k8s.yaml', 'dist/cluster.k8s.yaml']).objects,
  ).objects.flatMap((object) => {
    const type = findKindType(object.apiVersion, object.kind);
    return type === undefined ? [] : [{ object, type }];
  });
  const missed: string[] = [];
  let made = 0;
  for (const { object, type } of types) {
    for (const { place, apply } of mutations(object.value, type, object.id)) {
      const undo = apply();
      const check = new TypeCheck();
      check.check(object.value, type);
      undo();
      made += 1;
      if (check.mismatches.length === 0) missed.push(place);
    }
  }
  expect(missed).toEqual([]);
  expect(made).toBeGreaterThan(1000);
});

import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule, Violation } from '../rule';
import type { FieldType } from '../schema/field-types';
import { typeOfKind } from '../schema/kubernetes-types';
import { accessValues } from './access-values';
import { configValues } from './config-values';
import { containerValues } from './container-values';
import type { Limit } from './limits';
import { networkValues } from './network-values';
import { podValues } from './pod-values';
import { scalingValues } from './scaling-values';
import { schedulingValues } from './scheduling-values';
import { serviceValues } from './service-values';
import { storageValues } from './storage-values';
import type { Relation, ValueFamily } from './value-family';
import { workloadValues } from './workload-values';

const families: readonly ValueFamily[] = [
  containerValues,
  podValues,
  schedulingValues,
  workloadValues,
  serviceValues,
  networkValues,
  configValues,
  storageValues,
  scalingValues,
  accessValues,
];

/** One rule for each part of the objects: what the API server refuses there. */
export const valueRules: readonly Rule[] = families.map((family) => ({
  name: family.name,
  class: 'broken',
  documentation: family.documentation,
  *check(set) {
    yield* refusedValues(set).get(family.name) ?? [];
    yield* family.betweenObjects?.(set) ?? [];
  },
}));

interface TypeChecks {
  readonly limits: readonly { readonly family: string; readonly field: string; readonly limit: Limit }[];
  readonly relations: readonly { readonly family: string; readonly relation: Relation }[];
}

/** The checks of all families, by the type that they are for. */
const checks: ReadonlyMap<string, TypeChecks> = new Map(
  [...new Set(families.flatMap(({ limits, relations }) => [...Object.keys(limits), ...Object.keys(relations)]))].map(
    (type) => [
      type,
      {
        limits: families.flatMap(({ name, limits }) =>
          Object.entries(limits[type] ?? {}).map(([field, limit]) => ({ family: name, field, limit })),
        ),
        relations: families.flatMap(({ name, relations }) => {
          const relation = relations[type];
          return relation === undefined ? [] : [{ family: name, relation }];
        }),
      },
    ],
  ),
);

/** All rules take one walk over a set, which never changes. */
const known = new WeakMap<ManifestSet, ReadonlyMap<string, readonly Violation[]>>();

function refusedValues(set: ManifestSet): ReadonlyMap<string, readonly Violation[]> {
  const refused = known.get(set) ?? walk(set);
  known.set(set, refused);
  return refused;
}

function walk(set: ManifestSet): Map<string, Violation[]> {
  const found = new Map<string, Violation[]>(families.map(({ name }) => [name, []]));
  const report = (family: string, violation: Violation) => found.get(family)?.push(violation);
  for (const object of set.objects) visit(object, typeOfKind(object.apiVersion, object.kind), report);
  return found;
}

type Report = (family: string, violation: Violation) => void;

function visit(at: Cursor, type: FieldType | undefined, report: Report): void {
  if (type?.is !== 'object' || typeof at.value !== 'object' || at.value === null) return;
  const own = checks.get(type.id);
  for (const key of Object.keys(at.value)) {
    const field = type.fields.get(key)?.type();
    if (field?.is === 'object') visit(at.at(key), field, report);
    else if (field?.is === 'list' && field.of.is === 'object') {
      for (const item of at.items(key, key === 'env' ? 'name' : undefined)) visit(item, field.of, report);
    }
  }
  if (own === undefined) return;
  for (const { family, field, limit } of own.limits) {
    const place = at.at(field);
    const refusal = place.exists ? limit(place.value) : undefined;
    if (refusal !== undefined) report(family, { at: place, ...refusal });
  }
  for (const { family, relation } of own.relations) for (const violation of relation(at)) report(family, violation);
}

import { type Cursor, isMapping, itemsAt } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import { rememberFor } from '../../manifests/remember';
import type { Rule, Violation } from '../rule';
import { type FieldType, findKindType, type ObjectType } from '../schema/kubernetes-types';
import { isPartial } from '../schema/schema';
import { accessValues } from './access-values';
import { configValues } from './config-values';
import { containerValues } from './container-values';
import { definitionValues } from './definition-values';
import { networkValues } from './network-values';
import { podValues } from './pod-values';
import { scalingValues } from './scaling-values';
import { schedulingValues } from './scheduling-values';
import { serviceValues } from './service-values';
import { storageValues } from './storage-values';
import type { Limit, Relation, ValueFamily } from './value-family';
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
  definitionValues,
];

/** One rule for each part of the objects: what the API server refuses there. */
export const valueRules: readonly Rule[] = families.map(({ name, finds, why, fix, example, betweenObjects }) => ({
  name,
  class: 'broken',
  finds,
  why,
  fix: fix ?? 'Correct the value as the finding says.',
  example,
  *check(set) {
    yield* refusedValues(set).get(name) ?? [];
    yield* betweenObjects?.(set) ?? [];
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

/** What the API server refuses in a set, by the family of values. All rules take one walk over it. */
const refusedValues = rememberFor((set: ManifestSet): ReadonlyMap<string, readonly Violation[]> => {
  const found = new Map<string, Violation[]>(families.map(({ name }) => [name, []]));
  for (const object of set.objects) {
    const violations: [string, Violation][] = [];
    visit(object, findKindType(object.apiVersion, object.kind), (family, violation) =>
      violations.push([family, violation]),
    );
    if (violations.length === 0 || isPartial(set, object)) continue;
    for (const [family, violation] of violations) found.get(family)?.push(violation);
  }
  return found;
});

type Report = (family: string, violation: Violation) => void;

function visit(at: Cursor, type: FieldType | undefined, report: Report): void {
  const fields: unknown = at.value;
  if (type?.is !== 'object' || !isMapping(fields)) return;
  for (const { key, type: below } of checkedFields(type)) {
    if (fields[key] === undefined) continue;
    if (below.is === 'object') visit(at.at(key), below, report);
    else if (below.is === 'list') {
      for (const item of itemsAt(at, key)) visit(item, below.of, report);
    }
  }
  const own = checks.get(type.id);
  if (own === undefined) return;
  for (const { family, field, limit } of own.limits) {
    const value = fields[field];
    const refusal = value === undefined || value === null ? undefined : limit(value);
    if (refusal !== undefined) report(family, { at: at.at(field), ...refusal });
  }
  for (const { family, relation } of own.relations) for (const violation of relation(at)) report(family, violation);
}

/** The fields of a type below which there is anything to check: the walk leaves the others out. */
const checkedFields = rememberFor((type: ObjectType) =>
  [...type.fields]
    .map(([key, field]) => ({ key, type: field.type() }))
    .filter(({ type }) => hasChecks(type, new Set())),
);

function hasChecks(type: FieldType, above: Set<FieldType>): boolean {
  if (type.is === 'list') return hasChecks(type.of, above);
  if (type.is !== 'object' || above.has(type)) return false;
  above.add(type);
  return checks.has(type.id) || [...type.fields.values()].some((field) => hasChecks(field.type(), above));
}

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
  const stated: unknown = at.value;
  if (type?.is !== 'object' || !isMapping(stated)) return;
  const { fields, relations } = checksOf(type);
  for (const key of Object.keys(stated)) {
    const field = fields.get(key);
    const value = stated[key];
    if (field === undefined || value === undefined || value === null) continue;
    for (const { family, limit } of field.limits) {
      const refusal = limit(value);
      if (refusal !== undefined) report(family, { at: at.at(key), ...refusal });
    }
    if (field.below?.is === 'object') visit(at.at(key), field.below, report);
    else if (field.below?.is === 'list') {
      for (const item of itemsAt(at, key)) visit(item, field.below.of, report);
    }
  }
  for (const { family, relation } of relations) for (const violation of relation(at)) report(family, violation);
}

/** The checks of all families for the objects of one type. */
interface TypeChecks {
  readonly fields: ReadonlyMap<string, FieldChecks>;
  readonly relations: readonly { readonly family: string; readonly relation: Relation }[];
}

interface FieldChecks {
  readonly limits: readonly { readonly family: string; readonly limit: Limit }[];
  /** Its type, if there is anything to check below it: the walk leaves the others out. */
  readonly below: FieldType | undefined;
}

const checksOf = rememberFor((type: ObjectType): TypeChecks => {
  const fields = [...type.fields].map(([key, field]): [string, FieldChecks] => {
    const limits = families.flatMap(({ name, limits }) => {
      const limit = limits[type.id]?.[key];
      return limit === undefined ? [] : [{ family: name, limit }];
    });
    return [key, { limits, below: hasChecks(field.type(), new Set()) ? field.type() : undefined }];
  });
  const relations = families.flatMap(({ name, relations }) => {
    const relation = relations[type.id];
    return relation === undefined ? [] : [{ family: name, relation }];
  });
  return { fields: new Map(fields.filter(([, { limits, below }]) => limits.length > 0 || below)), relations };
});

/** Whether any family has a check for a type, or for one below it. */
function hasChecks(type: FieldType, above: Set<FieldType>): boolean {
  if (type.is === 'list') return hasChecks(type.of, above);
  if (type.is !== 'object' || above.has(type)) return false;
  above.add(type);
  return checkedTypes.has(type.id) || [...type.fields.values()].some((field) => hasChecks(field.type(), above));
}

const checkedTypes = new Set(
  families.flatMap(({ limits, relations }) => [...Object.keys(limits), ...Object.keys(relations)]),
);

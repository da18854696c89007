import { isReserved, mapValues, type Schema } from './value';

/**
 * Returns the part of a schema that its rules need: the fields on the way to a rule, and below a rule what changes how an
 * expression sees a value. Undefined if there is no rule in it.
 */
export function rulesOf(schema: Schema, isBelowRule = false): Schema | undefined {
  const isInRule = isBelowRule || schema['x-kubernetes-validations'] !== undefined;
  const items = schema.items && rulesOf(schema.items, isInRule);
  const values = mapValues(schema);
  const additionalProperties = values && rulesOf(values, isInRule);
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const kept = rulesOf(property, isInRule) ?? (isInRule && isReserved(name) ? {} : undefined);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  const kept: Schema = {
    ...(isInRule ? pick(schema, 'default') : {}),
    ...(isInRule && schema.type === 'number' ? pick(schema, 'type') : {}),
    ...(isInRule && schema.format === 'date-time' ? pick(schema, 'format') : {}),
    ...pick(schema, 'x-kubernetes-validations'),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(items === undefined ? {} : { items, ...pick(schema, 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys') }),
    ...(additionalProperties === undefined ? {} : { additionalProperties }),
  };
  if (Object.keys(kept).length === 0) return undefined;
  // A default above a rule may make the value that the rule is about.
  return { ...pick(schema, 'default'), ...kept };
}

function pick(schema: Schema, ...keys: readonly (keyof Schema)[]): Schema {
  return Object.fromEntries(keys.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]])));
}

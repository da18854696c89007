import { createCompiler } from './expression';
import { isObject, mapValues, type Rule, type Schema, toCel, withDefaults } from './value';

const compile = createCompiler(['self', 'oldSelf']);

/**
 * Runs the rules (`x-kubernetes-validations`) of a custom resource definition over an object, at each of its levels, as the
 * API server does: with the defaults of the schema, and rules that name `oldSelf` only where there is an old value.
 *
 * @param schema `openAPIV3Schema` of the object's version
 * @param old the object before an update. @default - the object is created
 * @returns a line for each rule that refuses the object: path and message
 * @throws Error for a rule that uses a function which the evaluator does not have
 */
export function ruleViolations(schema: Schema, object: object, old?: object): string[] {
  return violations(schema, withDefaults(object, schema), old && withDefaults(old, schema), '');
}

function violations(schema: Schema, value: unknown, old: unknown, path: string): string[] {
  if (value === null || value === undefined) return [];
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) => violation(rule, schema, value, old, path));
  return [...own, ...children(schema, value, old, path).flatMap((child) => violations(...child))];
}

function violation(rule: Rule, schema: Schema, value: unknown, old: unknown, path: string): string[] {
  const expression = compile(rule.rule);
  if (/\boldSelf\b/.test(rule.rule) && old === undefined) {
    if (rule.optionalOldSelf) throw new Error(`${path}: rules with optionalOldSelf are not supported: ${rule.rule}`);
    return [];
  }
  const variables = { self: toCel(value, schema), oldSelf: toCel(old, schema) };
  const result = evaluate(() => expression(variables));
  if (result === true) return [];
  const message = rule.message ?? (rule.messageExpression && compile(rule.messageExpression)(variables)) ?? rule.rule;
  return [`${path || '.'}: ${result === false ? message : `${message} (${result})`}`];
}

/** An expression that fails refuses the object too. */
function evaluate(expression: () => unknown): unknown {
  try {
    return expression();
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

type Child = readonly [schema: Schema, value: unknown, old: unknown, path: string];

function children(schema: Schema, value: unknown, old: unknown, path: string): Child[] {
  const { items } = schema;
  if (Array.isArray(value)) {
    return items === undefined
      ? []
      : value.map((item, index) => [items, item, oldItem(schema, item, old), `${path}[${index}]`]);
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, field]): Child[] => {
    const inner = schema.properties?.[key] ?? mapValues(schema);
    return inner === undefined ? [] : [[inner, field, isObject(old) ? old[key] : undefined, `${path}.${key}`]];
  });
}

/** Items have an earlier value only in a list that is a map by keys. */
function oldItem(schema: Schema, item: unknown, old: unknown): unknown {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map' || keys === undefined || !Array.isArray(old) || !isObject(item))
    return undefined;
  return old.find((other) => isObject(other) && keys.every((key) => other[key] === item[key]));
}

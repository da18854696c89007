import { ruleViolations } from './support/cel/custom-resource-rules';
import { createCompiler } from './support/cel/expression';
import type { Schema } from './support/cel/value';

/** The schema of an object whose spec is this. */
function spec(properties: Readonly<Record<string, Schema>>, ...rules: readonly string[]): Schema {
  return { properties: { spec: { properties, 'x-kubernetes-validations': rules.map((rule) => ({ rule })) } } };
}

const evaluate = createCompiler(['x']);

test.each<[expression: string, x: unknown, result: unknown]>([
  ['has(x.a)', {}, false],
  ['has(x.toString)', {}, false],
  ['has(x[0].a) && x[0].a == 1', [{ a: 1n }], true],
  ['has(x[0].a)', [{}], false],
  ['has(x.list[0].a)', { list: [{ a: 1n }] }, true],
  ['x.?a.b.orValue("none")', {}, 'none'],
  ['x.all(i, i.a == 1)', [{}, { a: 2n }], false],
  ['x.exists(i, i.a == 2)', [{}, { a: 2n }], true],
  ['x.exists_one(i, i > 1)', [1n, 2n, 3n], false],
  ['x.filter(i, i > 1).map(i, i * 2)', [1n, 2n], [4n]],
  ['x.a > 1 || true', {}, true],
  ['x.a > 1 && false', {}, false],
  ['"a" in x', { a: 1n }, true],
  ['x == {"a": [1, 2]}', { a: [1n, 2n] }, true],
  ['x.size()', '😀', 1n],
  ['x.matches("^v[0-9]+$") && x.startsWith("v")', 'v12', true],
  ['x.split("@")[0]', 'image@sha256:1', 'image'],
  ['duration(x) >= duration("1m")', '90s', true],
  ['isCIDR(x) && !isIP(x)', '10.0.0.0/8', true],
  ['isIP(x)', '10.0.0.300', false],
])('%s over %j is %j', (expression, x, result) => {
  expect(evaluate(expression)({ x })).toEqual(result);
});

test('refuses a function or a variable that it does not have, even where evaluation would not reach it', () => {
  expect(() => evaluate('true || x.unheardOf()')).toThrow('CEL expression "true || x.unheardOf()": found no matching');
  expect(() => evaluate('true || other')).toThrow('Unknown variable: other');
  expect(() => evaluate('x ==')).toThrow('CEL expression "x =="');
});

test('runs the rules of each level: fields, items and values of a map', () => {
  const port: Schema = { 'x-kubernetes-validations': [{ rule: 'self < 65536', message: 'port is too high' }] };
  const schema = spec({ port, ports: { items: port }, byName: { additionalProperties: port } });
  expect(ruleViolations(schema, { spec: {} })).toEqual([]);
  const object = { spec: { port: 70000, ports: [80, 70001], byName: { web: 70002, ok: 1 } } };
  expect(ruleViolations(schema, object)).toEqual([
    '.spec.port: port is too high',
    '.spec.ports[1]: port is too high',
    '.spec.byName.web: port is too high',
  ]);
});

test('sets the defaults of the schema first', () => {
  const schema = spec({ type: { default: 'Range' } }, "self.type == 'Range'");
  expect(ruleViolations(schema, { spec: {} })).toEqual([]);
  expect(ruleViolations(schema, { spec: { type: 'Exact' } })).toEqual([".spec: self.type == 'Range'"]);
});

test('an expression that fails refuses the object', () => {
  expect(ruleViolations(spec({}, 'self.a == 1'), { spec: {} })).toEqual([expect.stringContaining('No such key: a')]);
});

test('states the message that an expression makes', () => {
  const rule = { rule: 'self > 1', messageExpression: '"is " + string(self)' };
  const schema: Schema = { properties: { spec: { 'x-kubernetes-validations': [rule] } } };
  expect(ruleViolations(schema, { spec: 1 })).toEqual(['.spec: is 1']);
});

test('numbers are what the schema says, and fields that are words of the language are escaped', () => {
  const schema = spec(
    { ratio: { type: 'number' }, namespace: {} },
    'type(self.ratio) == double && self.__namespace__ == "a"',
  );
  expect(ruleViolations(schema, { spec: { ratio: 2, namespace: 'a' } })).toEqual([]);
});

test('a rule over the old value runs at an update, in a list only where its items have keys', () => {
  const name: Schema = { 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'is immutable' }] };
  const items: Schema = { properties: { id: {}, name } };
  const byId: Schema = { items, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id'] };
  const schema = spec({ name, byId, plain: { items } });
  const state = (value: string, order: readonly number[]) => {
    const list = order.map((id) => ({ id, name: value }));
    return { spec: { name: value, byId: list, plain: list } };
  };
  expect(ruleViolations(schema, state('b', [1, 2]))).toEqual([]);
  expect(ruleViolations(schema, state('a', [1, 2]), state('a', [2, 1]))).toEqual([]);
  expect(ruleViolations(schema, state('b', [1]), state('a', [2, 1]))).toEqual([
    '.spec.name: is immutable',
    '.spec.byId[0].name: is immutable',
  ]);
});

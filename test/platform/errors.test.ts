import { z } from 'zod';
import { checkUnique, findSchemaProblems, throwIfInvalid, ValidationError } from '../../lib/platform/errors';

const schema = z.strictObject({ name: z.string(), tags: z.array(z.strictObject({ key: z.string() })) });

test('no problem is no error', () => {
  expect(() => throwIfInvalid([])).not.toThrow();
  expect(findSchemaProblems(schema, { name: 'a', tags: [{ key: 'b' }] }, 'x')).toStrictEqual([]);
});

test('problems are one error, a line each', () => {
  expect(() => throwIfInvalid(['a: wrong', 'b: wrong'])).toThrow(new ValidationError(['a: wrong', 'b: wrong']));
  expect(new ValidationError(['a: wrong', 'b: wrong']).message).toBe('a: wrong\nb: wrong');
});

test('a problem has its path, its value and a remedy', () => {
  expect(
    findSchemaProblems(schema, { name: 1, tags: [{ key: 'b' }, { key: null, other: 'c' }], extra: 1 }, 'x'),
  ).toStrictEqual([
    'x.name: 1: use a value of type string',
    'x.tags.1.key: null: use a value of type string',
    'x.tags.1.other: is not a field here; remove it',
    'x.extra: is not a field here; remove it',
  ]);
});

test.each([
  ['the words that there are', z.enum(['json', 'text']), 'xml', 'use one of json, text'],
  ['the most characters', z.string().max(2), 'abc', 'use at most 2 characters'],
])('a schema without a remedy of its own gets one with %s', (_, field, value, remedy) => {
  expect(findSchemaProblems(z.object({ field }), { field: value }, 'x')).toStrictEqual([
    `x.field: "${value}": ${remedy}`,
  ]);
});

test('a value that stands in a list again is reported, each time', () => {
  const list = z.array(z.object({ name: z.string() })).superRefine(checkUnique('name', 'choose another'));
  expect(findSchemaProblems(list, [], 'x')).toStrictEqual([]);
  expect(findSchemaProblems(list, [{ name: 'a' }, { name: 'b' }, { name: 'a' }, { name: 'a' }], 'x')).toStrictEqual([
    'x.2.name: "a": is there already; choose another',
    'x.3.name: "a": is there already; choose another',
  ]);
});

test('a value of several lines is printed in one', () => {
  const [line] = findSchemaProblems(z.string().max(1, 'is too long'), 'two\nlines', 'x');
  expect(line).toBe('x: "two\\nlines": is too long');
});

test('a missing value is reported as missing', () => {
  expect(findSchemaProblems(schema, {}, 'x')).toStrictEqual([
    'x.name: is missing; state it',
    'x.tags: is missing; state it',
  ]);
});

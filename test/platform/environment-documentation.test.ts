import * as z from 'zod';
import { getEnvironmentSchema } from '../../lib/platform/environment-validation';
import { veza } from '../../lib/veza/veza';
import { schemasAt } from '../support/fields';
import { expectCommitted } from '../support/golden';
import {
  environmentDocumentation,
  environmentDocumentationFile,
  environmentSections,
} from './environment-documentation';

const sections = environmentSections();
const fields = sections.flatMap((section) => section.fields);

test('docs/environments.md documents every field of an environment', () => {
  expectCommitted({ [environmentDocumentationFile]: environmentDocumentation() });
});

test('every field has a meaning, and an example unless its type has fields of its own', () => {
  expect(fields.filter(({ description }) => description === '').map(({ path }) => path)).toStrictEqual([]);
  const bare = fields.filter(({ example, isObject }) => example === undefined && !isObject);
  expect(bare.map(({ path }) => path)).toStrictEqual([]);
  expect(fields.length).toBeGreaterThan(100);
});

/** Every number of an environment, with the bounds of its schema and what the documentation says of it. */
const numbers = fields.flatMap(({ path, description }) =>
  schemasAt(getEnvironmentSchema(veza), path.split('.'))
    .filter((schema) => schema instanceof z.ZodNumber || schema instanceof z.ZodRecord)
    .map((schema) => (schema instanceof z.ZodRecord ? schema.valueType : schema))
    .filter((schema) => schema instanceof z.ZodNumber)
    .map(({ minValue, maxValue }) => ({ path, description, bounds: [minValue, maxValue] })),
);

/** The least and the most that a text states: `1 to 100`, `95 to below 100`, `at least 35` and `3 or more`. */
function statedBounds(text: string): (number | undefined)[] {
  const [, from, to] = /([\d.]+) to (?:below )?([\d.]+)/.exec(text) ?? [];
  const least = from ?? /at least ([\d.]+)/.exec(text)?.[1] ?? /([\d.]+) or more/.exec(text)?.[1];
  return [least, to].map((bound) => (bound === undefined ? undefined : Number.parseFloat(bound)));
}

test('the documentation states the bounds that are validated', () => {
  const differing = numbers.flatMap(({ path, description, bounds }) => {
    const stated = statedBounds(description);
    return stated.some((bound, index) => bound !== undefined && bound !== bounds[index])
      ? [{ path, stated, bounds }]
      : [];
  });
  expect(differing).toStrictEqual([]);
  expect(numbers.length).toBeGreaterThan(20);
});

/** Bounds that say themselves: of what is counted, of TCP ports, and none. */
const plainBounds: readonly unknown[] = [0, 1, 65_535, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, null];

test('the documentation states every bound that does not say itself', () => {
  const unstated = numbers.filter(({ description, bounds }) =>
    bounds.some((bound, index) => !plainBounds.includes(bound) && statedBounds(description)[index] !== bound),
  );
  expect(unstated.map(({ path, bounds }) => ({ path, bounds }))).toStrictEqual([]);
});

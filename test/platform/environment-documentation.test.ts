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

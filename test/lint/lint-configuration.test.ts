import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findConfiguration, readConfiguration } from '../../lib/lint/lint-configuration';
import { UsageError } from '../../lib/platform/errors';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'configuration-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(content: string): string {
  const path = join(folder, '.veza-lint.yaml');
  writeFileSync(path, content);
  return path;
}

function problemsOf(content: string): readonly string[] {
  const path = file(content);
  try {
    readConfiguration(path);
    return [];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.problems.map((problem) => problem.replace(path, 'file'));
  }
}

test('every field', () => {
  const content = [
    'policy: true',
    'strict: true',
    'rules: [image-tags, stated-namespaces]',
    'skip: [no-null]',
    'assume: [Secret/shop/db, ClusterRole/admin]',
    'kubernetes: "1.30"',
    'format: sarif',
    'exceptions: [{ rule: image-tags, object: shop Deployment/web, reason: rebuilt every night }]',
  ];
  expect(readConfiguration(file(content.join('\n')))).toEqual({
    policy: true,
    strict: true,
    rules: ['image-tags', 'stated-namespaces'],
    skip: ['no-null'],
    assume: ['Secret/shop/db', 'ClusterRole/admin'],
    kubernetes: 30,
    format: 'sarif',
    exceptions: [{ rule: 'image-tags', object: 'shop Deployment/web', reason: 'rebuilt every night' }],
  });
});

test('an empty file states nothing', () => {
  expect(readConfiguration(file(''))).toEqual({});
  expect(readConfiguration(file('# nothing yet\n'))).toEqual({});
});

test('all problems at once, with the nearest names', () => {
  const content = [
    'polcy: true',
    'strict: 1',
    'rules: [image-tag]',
    'assume: [Secret]',
    'kubernetes: 1.30',
    'format: xml',
    'xyz: 1',
    'exceptions: [{ rule: xyz, objct: shop Deployment/web, reason: "" }]',
  ];
  expect(problemsOf(content.join('\n'))).toEqual([
    'file.polcy: is not a field here; did you mean policy?',
    'file.xyz: is not a field here; there are policy, strict, rules, skip, assume, kubernetes, format, exceptions',
    'file.exceptions.0.objct: is not a field here; did you mean object?',
    'file.strict: 1: use a value of type boolean',
    'file.rules.0: "image-tag": there is no rule "image-tag"; did you mean image-tags?',
    'file.assume.0: "Secret": cannot assume "Secret": expected Kind/namespace/name, Kind/namespace/name/key or Kind/name',
    'file.kubernetes: 1.3: use a text, in quotes',
    'file.format: "xml": use one of text, json, sarif, github',
    'file.exceptions.0.rule: "xyz": there is no rule "xyz"; docs/lint.md lists them all',
    'file.exceptions.0.object: is missing; state it',
    'file.exceptions.0.reason: "": state why the finding is accepted',
  ]);
});

test('a version whose fields are not known is a problem', () => {
  expect(problemsOf('kubernetes: "1.3"')).toEqual([
    expect.stringMatching(/^file\.kubernetes: "1\.3": Known versions are 1\.\d+ to 1\.\d+\.$/),
  ]);
});

test.each([
  ['- a\n', /^file: /],
  ['rules: [\n', /^file: .* line 2/s],
  ['a: 1\na: 2\n', /^file: /],
])('what is no mapping: %j', (content, problem) => {
  expect(problemsOf(content)).toEqual([expect.stringMatching(problem)]);
});

test('the nearest file upward is found', () => {
  const deep = join(folder, 'a', 'b');
  mkdirSync(deep, { recursive: true });
  expect(findConfiguration(deep)).toBeUndefined();
  const path = file('');
  expect(findConfiguration(deep)).toBe(path);
  writeFileSync(join(folder, 'a', '.veza-lint.yaml'), '');
  expect(findConfiguration(deep)).toBe(join(folder, 'a', '.veza-lint.yaml'));
});

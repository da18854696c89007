import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { parse, parseAllDocuments } from 'yaml';
import { writeManifest, writeYaml } from '../../lib/platform/yaml';
import { distFolder } from '../support/manifests';

/** Texts that some reader of YAML takes for something else, or that a writer breaks easily. */
const hostile = [
  '',
  ' ',
  '  a',
  'a ',
  'no',
  'No',
  'y',
  'Y',
  'on',
  'OFF',
  'true',
  'null',
  'Null',
  '~',
  '0o17',
  '017',
  '0x1F',
  '0b1',
  '1e1',
  'e1',
  '1_000',
  '.5',
  '.inf',
  '-.inf',
  '.nan',
  '12:30',
  '190:20:30',
  '2026-11-29',
  '2001-12-14t21:59:43.10-05:00',
  '=',
  '<<',
  '-',
  '- a',
  '?',
  '? a',
  ':',
  'a:',
  'a: b',
  'a:b',
  'a #b',
  'a#b',
  '#a',
  '&a',
  '*a',
  '!a',
  '|',
  '>',
  '%a',
  '@a',
  '`a',
  '"a"',
  "'a'",
  `'a"`,
  '{a}',
  '[a]',
  'a,b',
  ',a',
  '{{ a }}',
  '---',
  '...',
  '--- a',
  'a\\b',
  '\\',
  '\t',
  'a\tb',
  '\ta',
  'a\n',
  'a\nb',
  'a\nb\n',
  'a\n\nb',
  'a\nb\n\n',
  '\n',
  '\n\n',
  '\na',
  ' \na',
  'a\n ',
  'a \nb',
  'a\n b\nc\n',
  'a\n\tb',
  'a\r\nb',
  'a\rb',
  '  a\nb\n',
  '# a\n# b\n',
  '---\na\n',
  'a\n---\nb',
  'a: b\nc: d\n',
  '😀',
  'é',
  '\u0000',
  '\u0007',
  '\u007f',
  '\u0085',
  'a\u0085b',
  '\u00a0a',
  '\u2028',
  'a\u2028b\nc',
  '\u2029',
  '\ufeff',
  'a\ufeff',
  '\ud800',
  'x'.repeat(300),
  `${'word '.repeat(60)}end`,
  `${'word '.repeat(60)}\n${'word '.repeat(60)}`,
  'https://a.b/c?d=e&f#g',
  '10.0.0.0/8',
  '1.5',
  '-1',
  '+1',
  '0',
  '-0',
  '1.',
  '1e',
  '_',
  '__a',
  '/a b',
  'a  b',
  'a (b)',
  '$(A)',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is text
  '${A}',
  'a=b',
  '5m',
  '100%',
  'v1.2.3',
  'sha256:ab',
  '1:2',
  'a: ',
  'key: "v"',
  '!!str a',
  '- - a',
  'a\n- b',
  'a\n  - b\n',
  '512Mi',
  '100m',
  '1.2.3.4/5',
  'a "b" [c], {d} > e | f & g * h ! i ? j ~ k ^ l;',
];

/** Texts that begin, go on or end as something else than text. */
const pieces = [
  '-',
  '--',
  '-e1',
  'a',
  'e',
  '1',
  'Mi',
  '.5',
  ':',
  ': ',
  ' #',
  ' ',
  ',',
  '"',
  "'",
  '[',
  '}',
  '*',
  '&',
  '!',
  '|',
  '>',
  '?',
  '~',
  '=',
];
const combined = pieces.flatMap((one) => pieces.flatMap((two) => [one + two, `${one}${two}1`]));

/** Data with each of the texts as a value, as a key and in a list, at several depths. */
const documents = [...hostile, ...combined].flatMap((text) => [
  { data: { file: text, next: 1 } },
  { data: { [text]: 1, next: text } },
  { list: [text, text, [text, { a: text }]], next: { b: [{ c: text, d: text }] } },
]);

const shapes = [
  {},
  { a: {} },
  { a: [] },
  { a: [{}] },
  { a: [[]] },
  { a: [[1, [2]], [[]]] },
  { a: null, b: [null] },
  { a: [{ b: [] }, { c: {} }] },
  { a: { b: { c: { d: 1 } } } },
  { n: 0, f: 0.5, e: 1e21, s: 1e-7, m: -3, big: 9007199254740991, bool: false },
  [],
  [1],
  [{ a: 1 }],
  'text',
  'a\nb\n',
  5,
  null,
];

test.each(['1.1', '1.2'] as const)('what it writes for YAML %s, readers of both versions read as it was', (version) => {
  for (const content of [...documents, ...shapes]) {
    for (const reader of ['1.1', '1.2'] as const) {
      expect(parse(writeYaml(content, version), { version: reader })).toStrictEqual(content);
    }
  }
});

test('several documents are read as they were', () => {
  const read = parseAllDocuments(writeManifest(documents), { version: '1.1' }).map((document) => document.toJSON());
  expect(read).toStrictEqual(documents);
});

test('the manifests of dist have the bytes that cdk8s writes', () => {
  for (const file of readdirSync(distFolder)) {
    const objects = parseAllDocuments(readFileSync(join(distFolder, file), 'utf8'), { version: '1.1' }).map((each) =>
      each.toJSON(),
    );
    expect(writeManifest(objects)).toBe(Yaml.stringify(...objects));
  }
});

test('an object that is used twice is written twice, without an anchor', () => {
  const shared = { a: 1 };
  expect(writeYaml({ x: shared, z: shared })).toBe('x:\n  a: 1\nz:\n  a: 1\n');
});

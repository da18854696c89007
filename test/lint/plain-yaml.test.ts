import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readPlainYaml } from '../../lib/lint/configuration/plain-yaml';
import { ManifestSet } from '../../lib/manifests/manifest-set';
import { readManifests } from '../../lib/manifests/read-manifests';
import { distFolder } from '../support/manifests';

/** The YAML files that the ConfigMaps and Secrets of all environments carry. */
function carriedFiles(): string[] {
  const files = readdirSync(distFolder).filter((name) => name.endsWith('.yaml'));
  const { objects } = readManifests(files.map((name) => join(distFolder, name)));
  return new ManifestSet(objects)
    .ofType('ConfigMap', 'Secret')
    .flatMap((object) => Object.entries({ ...object.textMap('data'), ...object.textMap('stringData') }))
    .flatMap(([name, text]) => (/\.ya?ml$/.test(name) ? [text] : []));
}

/** What the library reads; `undefined` where it finds an error, or not exactly one document. */
function readByLibrary(text: string): unknown {
  const documents = [...parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent' })];
  const [document, ...others] = documents;
  return others.length > 0 || document?.errors.length !== 0 ? undefined : document.toJS();
}

const shapes: readonly string[] = [
  'a: b\n',
  'a:\n  - b\n  - c: d\n    e: |\n      x\n       y\n\n    f: 1\n',
  '- a\n- b: c\n  d:\n  - 1\n  - "x"\n',
  'a: |-\n  x\n\n  y\nb: {}\nc: []\n',
  "a:\n  b:\n    c: 0.5\n  d: 'it''s'\n",
  'l:\n- |\n  a\n- |+\n  b\n\n- x y\n',
  'a: 30s\nb: 10.0.0.0/8\nc: 5% of it\nd: $NAME\ne: true\nf: null\n',
];

/** What may change the meaning of YAML wherever it is put. */
const marks = [
  ...['\n', '\n\n', ' ', '  ', '\t', '- ', ': ', ':', '#', ' #', '"', "'", "''", '\\', '\\u0041', '\\"', '\r'],
  ...['|', '|-', '|+', '>', '{', '}', '[', ']', ',', '&a', '*a', '!', '? ', '%', '@', '`', '=', '<<', '---\n', '...\n'],
  ...[
    '0',
    '1',
    '.',
    '-',
    '0x',
    'e',
    'd',
    'true',
    'null',
    'no',
    '~',
    'é',
    '😀',
    '\u2028',
    'x: y\n',
    '- z\n',
    '__proto__: 1\n',
  ],
];

/** Numbers that are the same in every run. */
function* numbers(): Generator<number, never> {
  for (let seed = 1; ; ) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield seed / 2_147_483_648;
  }
}

function changedTexts(count: number): string[] {
  const random = numbers();
  const below = (limit: number) => Math.floor(random.next().value * limit);
  return Array.from({ length: count }, () => {
    let text = shapes[below(shapes.length)] ?? '';
    for (let changes = 1 + below(4); changes > 0; changes--) {
      const [at, removed] = [below(text.length + 1), below(3) === 0 ? below(6) : 0];
      text = text.slice(0, at) + (marks[below(marks.length)] ?? '') + text.slice(at + removed);
    }
    return text;
  });
}

test('almost all files that the environments carry are read, as the library reads them', () => {
  const files = carriedFiles();
  const read = files.filter((text) => readPlainYaml(text) !== undefined);
  expect(read.join('').length).toBeGreaterThan(0.9 * files.join('').length);
  for (const text of read) expect(readPlainYaml(text)).toStrictEqual(readByLibrary(text));
});

test.each(shapes)('%j is read as the library reads it', (text) => {
  const content = readPlainYaml(text);
  expect(content).toBeDefined();
  expect(content).toStrictEqual(readByLibrary(text));
});

test('whatever a text has, it is read as the library reads it, or left to it', () => {
  const read = changedTexts(40_000).flatMap((text) => {
    const content = readPlainYaml(text);
    return content === undefined ? [] : [{ text, content }];
  });
  expect(read.length).toBeGreaterThan(1_000);
  for (const { text, content } of read) expect({ text, content }).toStrictEqual({ text, content: readByLibrary(text) });
});

test.each([
  '',
  'a',
  '- \n',
  'a: 1\na: 2\n',
  'a: b\n c: d\n',
  'a:\nb: c\n',
  'a: [b]\n',
  'a: &b c\n',
  'a: >\n  b\n',
  'a: |\n  b\n \n',
  'a: True\n',
  'a: yes\n',
  'a: 017\n',
  'a: 1e1\n',
  'a: "\\u0041"\n',
  'a: |\n    b\n  c\n',
  '---\na: b\n',
])('%j is left to the library', (text) => {
  expect(readPlainYaml(text)).toBeUndefined();
});

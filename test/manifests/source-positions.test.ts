import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Manifest } from '../../lib/manifests/manifest';
import { ManifestSet } from '../../lib/manifests/manifest-set';
import { type Reading, readManifests } from '../../lib/manifests/read-manifests';
import { findSourcePositions } from '../../lib/manifests/source-positions';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'positions-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(text: string, name = 'input.yaml'): Reading {
  const path = join(folder, name);
  writeFileSync(path, text);
  return readManifests([path]);
}

/** Where a place of the object with that position in the set stands, as `line:column`. */
function positionOf(reading: Reading, index: number, ...keys: string[]): string {
  const { objects } = new ManifestSet(reading.objects);
  const place = (objects[index] ?? new Manifest(undefined)).at(...keys);
  const position = findSourcePositions(reading, [place]).get(place);
  return `${position?.line}:${position?.column}`;
}

const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

test('a field is where its key is, also in a second document behind comments', () => {
  const reading = read(`# first\n---\n${map('a')}---\n# second\n\n${map('b')}data: { a: b,\n  c: d }\n`);
  expect(positionOf(reading, 0, 'metadata', 'name')).toBe('6:3');
  expect(positionOf(reading, 1, 'metadata', 'name')).toBe('13:3');
  expect(positionOf(reading, 1, 'data', 'c')).toBe('15:3');
});

test('what is missing is where its parent is, and an object where it begins', () => {
  const reading = read(`---\n${map('a')}`);
  expect(positionOf(reading, 0, 'metadata', 'namespace')).toBe('4:1');
  expect(positionOf(reading, 0, 'spec', 'replicas')).toBe('2:1');
  expect(positionOf(reading, 0)).toBe('2:1');
});

test('elements of lists, whether paths name them by position or by name', () => {
  const reading = read(
    'kind: Pod\nmetadata: {}\nspec:\n  containers:\n    - name: web\n      env:\n        - name: A\n        - name: B\n',
  );
  const [env] = new ManifestSet(reading.objects).pods.flatMap(({ containers }) => containers.map((each) => each.env));
  const places = env ?? [];
  expect(places.map(({ path }) => path)).toEqual(['spec.containers[0].env[A]', 'spec.containers[0].env[B]']);
  expect([...findSourcePositions(reading, places).values()].map(({ line }) => line)).toEqual([7, 8]);
});

test('objects of a List, also of one inside of another', () => {
  const inner = '  - kind: List\n    items:\n      - kind: A\n        metadata: { name: a }\n';
  const reading = read(`kind: List\nitems:\n${inner}  - kind: B\n    metadata:\n      name: b\n`);
  expect(positionOf(reading, 0, 'metadata', 'name')).toBe('6:21');
  expect(positionOf(reading, 1, 'metadata', 'name')).toBe('9:7');
});

test('objects of a JSON stream', () => {
  const reading = read(
    '{"kind":"A","metadata":{"name":"a"}}\n{\n  "kind": "B",\n  "metadata": {"name": "b"}\n}\n',
    'input.json',
  );
  expect(positionOf(reading, 1, 'metadata', 'name')).toBe('4:16');
});

test('aliases and merged keys are where the anchor states them, or where they are merged', () => {
  const reading = read('kind: A\nmetadata: &m\n  name: a\nspec: *m\nstatus:\n  <<: *m\n');
  expect(positionOf(reading, 0, 'spec', 'name')).toBe('3:3');
  expect(positionOf(reading, 0, 'status', 'name')).toBe('5:1');
});

test('a key that is stated twice is where the last one is', () => {
  expect(positionOf(read('kind: A\nmetadata: {}\nmetadata: {}\n'), 0, 'metadata')).toBe('3:1');
});

test('a place in a file that a ConfigMap holds is where the line of the file is', () => {
  const reading = read(
    `${map('a')}data:\n  rules.yml: |\n\n    groups:\n      - name: g\n        rules: []\n  flat: "groups: []"\n`,
  );
  const [object = new Manifest(undefined)] = new ManifestSet(reading.objects).objects;
  const file = object.at('data', 'rules.yml').readAs({ groups: [{ name: 'g', rules: [] }] });
  const [group] = file.items('groups');
  const rules = group?.at('rules') ?? file;
  const flat = object.at('data', 'flat').readAs({ groups: [] }).at('groups');
  const positions = findSourcePositions(reading, [rules, flat]);
  expect(positions.get(rules)).toMatchObject({ line: 10, column: 9 });
  expect(positions.get(flat)).toMatchObject({ line: 11, column: 3 });
});

test('a place of no object that was read has no position', () => {
  const place = new Manifest({ kind: 'A' }).at('kind');
  expect(findSourcePositions(read(map('a')), [place]).size).toBe(0);
});

test('Windows line ends, and characters of several units', () => {
  const reading = read(`${map('a')}data:\n  "\u{1F600}": x\n`.replaceAll('\n', '\r\n'));
  expect(positionOf(reading, 0, 'data', '\u{1F600}')).toBe('6:3');
});

test('a document with a directive, and one that ends with dots', () => {
  const first = map('a').replace('name: a', 'name: !t!str 1');
  const reading = read(`%TAG !t! tag:yaml.org,2002:\n---\n${first}...\n---\n${map('b')}`);
  expect(reading.problems).toEqual([]);
  expect(new ManifestSet(reading.objects).objects.map(({ name }) => name)).toEqual(['1', 'b']);
  expect(positionOf(reading, 0, 'metadata', 'name')).toBe('6:3');
  expect(positionOf(reading, 1, 'metadata', 'name')).toBe('12:3');
});

test('a mark within a word or a block of text divides nothing', () => {
  const reading = read(
    `${map('a')}data:\n  a: |\n    x\n    ---\n    y\n  b: c\n---name: d\n`.replace('---name', '# ---name'),
  );
  expect(reading.objects).toHaveLength(1);
  expect(positionOf(reading, 0, 'data', 'b')).toBe('10:3');
});

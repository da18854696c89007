import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { indentFlowLines } from '../../lib/manifests/kubernetes-yaml';
import { readManifests } from '../../lib/manifests/read-manifests';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifests-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function read(...lines: string[]): Pick<ReturnType<typeof readManifests>, 'objects' | 'problems'> {
  const path = join(folder, 'a.yaml');
  writeFileSync(path, ['kind: A', 'metadata: {}', ...lines, ''].join('\n'));
  const { objects, problems } = readManifests([path]);
  return { objects, problems: problems.map((problem) => problem.replace(`${folder}/`, '')) };
}

test.each([
  ['a closing quote below its parent', ['b:', "  c: '[", '  1', "  ]'", '  d: e'], { b: { c: '[ 1 ]', d: 'e' } }],
  ['text at the start of the line', ['b: "x', '', 'c: \\"', '"', 'd: e'], { b: 'x\nc: " ', d: 'e' }],
  ['two single quotes, which are one', ["b: 'it''s", "''so'''", 'd: e'], { b: "it's 'so'", d: 'e' }],
  ['brackets', ['b:', '  c: {', '    d: e', '}', 'f: g'], { b: { c: { d: 'e' } }, f: 'g' }],
  ['quotes in brackets', ['b: [', '"c', "d'}\", 'e", "f']", 'g: h'], { b: ["c d'}", 'e f'], g: 'h' }],
  ['a comment in brackets', ['b: [', '1, # ]', '2]', 'c: d'], { b: [1, 2], c: 'd' }],
  ['quotes that open nothing', ['b: {', '}', "c: it's", 'd: |', '  "', 'e: f'], { b: {}, c: "it's", d: '"\n', e: 'f' }],
])('%s', (_, lines, expected) => {
  expect(read(...lines)).toEqual({ problems: [], objects: [{ kind: 'A', metadata: {}, ...expected }] });
});

test('a quote that nothing closes is a problem, on its own line', () => {
  expect(read('b: c', "d: 'e", 'f: g').problems).toEqual([expect.stringMatching(/^a\.yaml:\d+:\d+: Missing closing/)]);
});

test('a problem further down keeps its line', () => {
  expect(read("b: '", "'", 'c: d: e').problems).toEqual([expect.stringMatching(/^a\.yaml:5:/)]);
});

test('what follows an error is no other problem', () => {
  expect(read('---', '{"kind": "B", "metadata": {}}', '{"c": [1, 2], "d": {"e": "f"}}').problems).toHaveLength(1);
});

test('a quote does not reach into the next document', () => {
  const { objects, problems } = read("b: 'c", '---', "kind: 'B'", 'metadata: {}');
  expect(problems).toHaveLength(1);
  expect(objects).toEqual([{ kind: 'B', metadata: {} }]);
});

test('text that is indented already stays as it is', () => {
  const text = "a: '\n  b'\nc: [\n  1,\n  {d: e}\n  ]\nf: |\n  '\n";
  expect(indentFlowLines(text)).toBe(text);
  expect(parseAllDocuments(text)).toHaveLength(1);
});

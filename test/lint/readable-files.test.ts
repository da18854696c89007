import { lintManifests } from '../../lib/lint/lint-manifests';

/** What the rule finds in a file of a ConfigMap. */
function problems(name: string, ...lines: string[]): string[] {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { [name]: lines.join('\n') } };
  return lintManifests([object], { policy: false })
    .filter(({ rule }) => rule === 'readable-files')
    .map(({ message }) => message);
}

test.each([
  [
    'a.yaml',
    ['a:', '- b: c', '   d: e'],
    'the file is not valid YAML, line 2: Nested mappings are not allowed in compact mappings',
  ],
  [
    'a.yml',
    ['groups:', '- name: a: b'],
    'the file is not valid YAML, line 2: Nested mappings are not allowed in compact mappings',
  ],
  ['a.yaml', ['a: [b', 'c: d'], expect.stringContaining('the file is not valid YAML')],
  ['a.yaml', ['a: "b', 'c: d'], expect.stringContaining('the file is not valid YAML')],
  [
    'a.yaml',
    ['a: b', '---', 'c: d: e'],
    'the file is not valid YAML, line 3: Nested mappings are not allowed in compact mappings',
  ],
  ['a.yaml', ['summary: "{{ $value }}"', ' b: c'], expect.stringContaining('the file is not valid YAML, line 2')],
  ['a.json', ['{ "a": 1,', '  "b": ,', '}'], expect.stringContaining('the file is not valid JSON')],
  ['a.json', ['{ "a": "{{ instance }}" "b": 1 }'], expect.stringContaining('the file is not valid JSON')],
  ['a.json', ['hunter2'], expect.stringContaining('the file is not valid JSON')],
  ['a.json', ["{ 'a': 1 }"], expect.stringContaining('the file is not valid JSON')],
])('%s %j: %s', (name, lines, problem) => {
  expect(problems(name, ...lines)).toEqual([problem]);
});

test.each([
  ['a.yaml', ['']],
  ['a.yaml', ['a: b', '---', 'c: d']],
  ['a.yaml', ['a: 1', 'a: 2']],
  ['a.yaml', ['a: !secret b', `c: \${HOME}`]],
  ['a.yaml', ['a:', '  {{ toYaml .Values | indent 2 }}', ' b: c: d']],
  ['a.yaml', ['{% if a %}', 'a: b: c', '{% endif %}']],
  ['a.yaml', ['port: {{ port }}']],
  ['a.conf', ['server { listen 80']],
  ['a.txt', ['a: b: c']],
  ['a.json', ['{ "a": [1, "{{ b }}"] }']],
  ['a.json', ['']],
  ['a.json', ['{ "a": 1 }', '{ "a": 2 }']],
  ['a.json', ['{', '  // a comment', '  "a": 1', '}']],
  ['a.json', [`{ "port": \${PORT} }`]],
  ['a.json', ['{ "mtu": __CNI_MTU__ }']],
  ['a.json', ['op://vault/item/field']],
])('%s %j can be read, or is filled in first', (name, lines) => {
  expect(problems(name, ...lines)).toEqual([]);
});

test('a Secret in clear text is read, and none of its values is printed', () => {
  const metadata = { name: 's' };
  const stringData = { 'a.json': '{ "password": hunter2 }', 'b.yaml': 'a: "b" hunter2' };
  const findings = lintManifests([{ apiVersion: 'v1', kind: 'Secret', metadata, stringData }], { policy: false });
  expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
    'readable-files stringData[a.json]',
    'readable-files stringData[b.yaml]',
  ]);
  expect(findings.map(({ message, remedy }) => message + remedy).join()).not.toContain('hunter2');
});

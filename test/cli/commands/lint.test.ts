import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixturePath } from '../../lint/fixtures';
import { type CommandResult, runCli } from '../support/call-veza';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifests-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<CommandResult> {
  const { status, out, err } = await runCli(['lint', ...args]);
  return { status, out: out.trimEnd(), err: err.trimEnd() };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web }\n';

describe('what it finds', () => {
  test('nothing: exit 0', async () => {
    expect(await run(fixturePath('well-made'), '--policy')).toEqual({
      status: 0,
      out: ['kinds that no rule knows: trust.cert-manager.io/v1alpha1 Bundle', '6 files, 70 objects, 0 findings'].join(
        '\n',
      ),
      err: '',
    });
  });

  test('a field that is newer than the stated version of Kubernetes', async () => {
    const sleep = 'lifecycle: { preStop: { sleep: { seconds: 5 } } }';
    const container = `containers: [{ name: web, image: example.org/web:1, ${sleep} }]`;
    const pod = file('pod.yaml', `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  ${container}\n`);
    expect((await run(pod)).status).toBe(0);
    expect((await run(pod, '--kubernetes', '1.30')).status).toBe(0);
    const { status, out } = await run(pod, '--kubernetes', 'v1.28');
    expect(status).toBe(1);
    expect(out).toContain('lifecycle.preStop.sleep: the field exists since Kubernetes 1.29, and 1.28 is checked');
    expect(await run(pod, '--kubernetes', '1.20')).toMatchObject({
      status: 2,
      err: expect.stringContaining('Known versions are 1.27 to 1.36.'),
    });
  });

  test('a finding: exit 1, with a remedy', async () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\nspec: { serviceAccountName: nobody, containers: [{ name: web, image: example.org/web:1 }] }\n';
    const path = file('pod.yaml', pod);
    expect(await run(path)).toEqual({
      status: 1,
      out: [
        `${path}:4: shop Pod/web: spec.serviceAccountName: ServiceAccount nobody does not exist in shop (there is none) [service-accounts]`,
        '  correct the name, or add the ServiceAccount, or declare it: --assume ServiceAccount/shop/nobody',
        '1 file, 1 object, 1 finding (1 broken): service-accounts 1',
      ].join('\n'),
      err: '',
    });
    expect((await run(file('pod.yaml', pod), '--assume', 'ServiceAccount/shop/nobody')).status).toBe(0);
  });

  test('as JSON', async () => {
    const path = file('account.yaml', account);
    const { status, out } = await run(path, '--policy', '--format', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({
      files: 1,
      objects: 1,
      unknownKinds: [],
      notChecked: [],
      findings: [
        {
          rule: 'explicit-namespaces',
          class: 'policy',
          object: 'ServiceAccount/web',
          path: 'metadata.namespace',
          file: path,
          line: 3,
          column: 1,
          message: 'a ServiceAccount is namespaced, but states no namespace',
          remedy: 'state metadata.namespace',
        },
      ],
    });
  });

  test('several files are one set', async () => {
    const binding =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { serviceAccountName: web, containers: [{ name: web, image: example.org/web:1 }] }\n';
    const files = [file('pod.yaml', binding), file('account.yaml', account)];
    expect((await run(...files)).out).toBe('2 files, 2 objects, 0 findings');
    expect((await run(folder)).out).toBe('2 files, 2 objects, 0 findings');
    expect((await run(folder, ...files)).out).toBe('2 files, 2 objects, 0 findings');
  });
});

describe('which rules are checked', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { serviceAccountName: nobody, containers: [{ name: web, image: web }] }\n';
  const rulesOf = async (...args: string[]) =>
    JSON.parse((await run(file('pod.yaml', pod), '--format', 'json', ...args)).out).findings.map(
      ({ rule }: { rule: string }) => rule,
    );

  test('only those of --rules, of either class, also by a former name', async () => {
    expect(await rulesOf('--rules', 'image-tags,stated-namespaces')).toEqual(['explicit-namespaces', 'image-tags']);
    expect(await rulesOf('--rules', 'dangling-keys')).toEqual([]);
  });

  test('all but those of --skip', async () => {
    expect(await rulesOf()).toEqual(['service-accounts']);
    expect(await rulesOf('--skip', 'service-accounts')).toEqual([]);
    expect(await rulesOf('--policy', '--skip', 'stated-namespaces, image-tags')).not.toContain('explicit-namespaces');
  });

  test('--explain prints a rule, and needs no manifests', async () => {
    const { status, out } = await run('--explain', 'stated-namespaces');
    expect([status, out]).toEqual([
      0,
      expect.stringMatching(/^explicit-namespaces \(policy\)\n\n.*\n\nWhy: .*\nFix: /),
    ]);
  });

  test('a configuration file states what the arguments leave open', async () => {
    const config = file(
      'config.yaml',
      'skip: [service-accounts]\npolicy: true\nrules: [service-accounts, image-tags]\n',
    );
    expect(await rulesOf('--config', config)).toEqual(['image-tags']);
    expect(await rulesOf('--config', config, '--rules', 'explicit-namespaces')).toEqual(['explicit-namespaces']);
  });

  test('an exception of the configuration file accepts a finding of one object, and is reported once it is stale', async () => {
    const exception = (object: string) =>
      file('config.yaml', `exceptions: [{ rule: service-accounts, object: ${object}, reason: made by hand }]\n`);
    expect((await run(file('pod.yaml', pod), '--config', exception('Pod/web'))).status).toBe(0);
    const { status, out } = await run(file('pod.yaml', pod), '--config', exception('Pod/api'));
    expect(status).toBe(1);
    expect(out).toContain(
      'Pod/api: the exception from service-accounts no longer applies: the rule finds nothing here',
    );
  });
});

test('a variable in the input of kustomize may be one of its own', async () => {
  const pod = file(
    'pod.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: web:1, args: [$(HOST)] }] }\n',
  );
  expect(await run(pod)).toMatchObject({ status: 0, out: expect.stringContaining('[unset-variables]') });
  const kustomization = file('kustomization.yaml', 'kind: Kustomization\nvars: []\n');
  expect((await run(pod, kustomization, '--rules', 'unset-variables')).out).toMatch(/2 objects, 0 findings$/);
});

test('what is no file in a folder, such as a socket or a pipe, is not read', async () => {
  file('map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\n');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 'socket.yaml'), resolve));
  const result = await run(folder);
  await new Promise((resolve) => server.close(resolve));
  expect(result).toEqual({ status: 0, out: '1 file, 1 object, 0 findings', err: '' });
});

test('the file of kustomize may leave out its kind', async () => {
  const generator = 'secretGenerator: [{ name: login, envs: [login.env] }]\n';
  const kustomization = file('kustomization.yaml', generator);
  expect(await run(kustomization, '--strict')).toMatchObject({ status: 0, err: expect.not.stringContaining('object') });
  const other = file('other.yaml', generator);
  expect(await run(kustomization, other, '--strict')).toMatchObject({
    status: 2,
    err: expect.stringMatching(/other\.yaml:1:1: not a Kubernetes object/),
  });
});

test.each(['.', 'patches'])('a patch of the kustomization above %s lacks what kustomize adds', async (place) => {
  mkdirSync(join(folder, place), { recursive: true });
  const patch = file(
    join(place, 'patch.yaml'),
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 2 }\n',
  );
  expect(await run(patch)).toMatchObject({ status: 1, out: expect.stringContaining('[schema]'), err: '' });
  file('kustomization.yaml', 'patches: [{ path: patch.yaml }]\n');
  expect(await run(patch)).toEqual({
    status: 0,
    out: '1 file, 1 object, 0 findings',
    err: expect.stringMatching(/^not checked: what kustomize may add/),
  });
});

test('two variants of a file are one finding, at the second', async () => {
  const settings = (level: string) =>
    ['a', 'b'].map(
      (name) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { LOG_LEVEL: ${level} }\n`,
    );
  file('shop.yaml', settings('info').join(''));
  const debug = file('shop-debug.yaml', settings('debug').join(''));
  const { status, out } = await run(folder);
  expect(status).toBe(1);
  expect(out).toContain('2 objects are both in shop-debug.yaml and in shop.yaml, such as this one');
  expect(out).toMatch(/2 files, 4 objects, 1 finding \(1 broken\): unique-objects 1$/);
  expect((await run(debug)).status).toBe(0);
});

describe('what it reads', () => {
  test('anchors, merge keys, lists, comments and empty documents', async () => {
    const text = [
      '# nothing here',
      '---',
      'apiVersion: v1',
      'kind: List',
      'items:',
      '  - { apiVersion: v1, kind: ServiceAccount, metadata: &metadata { name: a, namespace: shop } }',
      '  - { apiVersion: v1, kind: ServiceAccount, metadata: { <<: *metadata, name: b } }',
      '---',
      '',
    ].join('\n');
    expect((await run(file('list.yaml', text), '--policy')).out).toBe('1 file, 2 objects, 0 findings');
  });

  test('YAML 1.1, as kubectl does: a bare yes is a boolean, a date and a time of day are strings', async () => {
    const text = `${account.trim().replace(' }', ', annotations: { on: yes, day: 2024-01-01, hour: 22:30 } }')}\n`;
    const path = file('account.yaml', text);
    expect((await run(path)).out).toBe(
      [
        `${path}:3: ServiceAccount/web: metadata.annotations.true: the value must be a string, but is a boolean [schema]`,
        '  quote the value',
        '1 file, 1 object, 1 finding (1 broken): schema 1',
      ].join('\n'),
    );
  });

  test('10,000 documents', async () => {
    const documents = Array.from({ length: 10_000 }, (_, index) => account.replace('web', `web-${index}`));
    expect((await run(file('many.yaml', documents.join('---\n')))).out).toBe('1 file, 10000 objects, 0 findings');
  });
});

describe('reading as kubectl reads', () => {
  const map = (name: string) =>
    `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}","annotations":{"a":"}"}}}`;

  test.each<[what: string, content: string | Uint8Array, count: number]>([
    ['a stream of JSON objects', `${map('a')}\n${map('b')} ${map('c')}`, 3],
    ['YAML in braces', '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n', 1],
    ['a typed list', `{"apiVersion":"v1","kind":"ConfigMapList","items":[${map('a')},${map('b')}]}`, 2],
    ['a List without items', `apiVersion: v1\nkind: List\nitems: null\n---\n${account}`, 1],
    ['UTF-16', Buffer.from(`\uFEFF${account}`, 'utf16le'), 1],
    ['UTF-16, the other byte order', Buffer.from(`\uFEFF${account}`, 'utf16le').swap16(), 1],
    ['byte order marks of joined files', `\uFEFF${account}---\n\uFEFF${account.replace('web', 'api')}`, 2],
    [
      'strings like e1',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: e2, labels: { zone: e1, hash: 12e }, annotations: { dot: . } }\n',
      1,
    ],
    [
      'a tab in a block of text',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  a: |\n    b\n    \t\n    c\n',
      1,
    ],
    ['braces in text', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "{{ b }}" }\n', 1],
  ])('%s', async (_, content, count) => {
    const objects = count === 1 ? '1 object' : `${count} objects`;
    const { status, out, err } = await run(file('input.yaml', content));
    expect({ status, out, err }).toEqual({ status: 0, out: `1 file, ${objects}, 0 findings`, err: '' });
  });

  test('a key that is stated twice: the last value applies, and it is a finding', async () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  labels: { a: b }\n  labels: { c: d }\n';
    const path = file('input.yaml', text);
    expect(await run(path)).toEqual({
      status: 1,
      out: [
        `${path}:6: ConfigMap/c: metadata.labels: the key is stated twice, and the last value applies [unique-keys]`,
        '  remove one of the two',
        '1 file, 1 object, 1 finding (1 broken): unique-keys 1',
      ].join('\n'),
      err: '',
    });
  });

  test('numbers in the octal notation of YAML 1.2', async () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { mode: 0o17 }\n';
    expect((await run(file('input.yaml', text))).out).toContain(
      'data.mode: the value must be a string, but is a number',
    );
  });
});

describe('what it cannot read: exit 2, and no findings', () => {
  const unreadable: [what: string, content: string | Uint8Array, problem: string][] = [
    [
      'broken YAML',
      'kind: Pod\nmetadata:\n  name: [web\n',
      ':4:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'broken YAML with braces in a text',
      'kind: Pod\nmetadata: { name: web }\nspec:\n  a: "{{ $value }}"\n b: 1\n',
      ':5:1: All mapping items must start at the same column',
    ],
    [
      'an alias without an anchor',
      'kind: Pod\nmetadata: *none\n',
      ':1:1: Unresolved alias (the anchor must be set before the alias): none',
    ],
    [
      'a template',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata:\n  a: {{ .Values.a }}\n',
      ':5:7: this is a template: render it first',
    ],
    [
      'a template, and what its parser makes of the rest',
      'kind: A\nmetadata:\n  labels:\n    {{- with .a }}{{ . }}{{- end }}\nspec: [}\nstatus: {]\n',
      ':4:5: this is a template: render it first',
    ],
    [
      'a template in another language',
      '{% raw %}\nkind: Pod\n{% endraw %}\n',
      ':1:1: this is a template: render it first',
    ],
    [
      'a name that something fills in',
      `apiVersion: v1\nkind: Pod\nmetadata: { name: "web-\${STAGE:=test}" }\n`,
      `:1:1: this is a template: replace \${STAGE:=test} first`,
    ],
    [
      'an index of Helm charts',
      'apiVersion: v1\nentries: {}\n',
      ':1:1: not a Kubernetes object: it states neither kind nor metadata',
    ],
    ['an anchor that contains itself', 'kind: Pod\nspec: &s\n  again: *s\n', ':1:1: an anchor contains itself'],
    ['a tab', 'apiVersion: v1\n\t\nkind: Pod\n', ':2:1: a tab cannot indent a line'],
    [
      'a pipeline of another program',
      'kind: pipeline\nname: build\n',
      ':1:1: not a Kubernetes object: it states neither apiVersion nor metadata',
    ],
    ['a list', '- kind: Pod\n', ':1:1: not a Kubernetes object: it states neither apiVersion nor kind'],
    [
      'a Helm chart',
      'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      ':1:1: not a Kubernetes object: it describes a Helm chart',
    ],
    ['a binary file', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0), ': a binary file'],
    ['another encoding', Uint8Array.of(0xe9, 0xe8), ': not a text file in UTF-8'],
    [
      'a file of Grafana',
      'apiVersion: 1\nproviders: []\n',
      ':1:1: not a Kubernetes object: its apiVersion is a number, and it has no kind',
    ],
    ['nothing at all', '# a comment\n', ': no Kubernetes objects here'],
  ];

  test.each(unreadable)('%s', async (_, content, problem) => {
    const path = file('input.yaml', content);
    const { status, out, err } = await run(path);
    expect({ status, out, first: err.split('\n')[0] }).toEqual({
      status: 2,
      out: '',
      first: `error: ${path}${problem}`,
    });
  });

  test('a file of another format is listed, and the others are checked', async () => {
    const values = file('values.yaml', 'replicas: 3\n');
    const paths = [values, file('account.yaml', account)];
    const problem = `${values}:1:1: not a Kubernetes object: it states neither apiVersion nor kind`;
    expect(await run(...paths)).toEqual({
      status: 0,
      out: '2 files, 1 object, 0 findings',
      err: `not checked: ${problem}`,
    });
    expect(await run(...paths, '--strict')).toEqual({ status: 2, out: '', err: `error: ${problem}` });
  });

  test('a missing file among others is an error', async () => {
    const missing = join(folder, 'missing.yaml');
    expect(await run(missing, file('account.yaml', account))).toEqual({
      status: 2,
      out: '',
      err: `error: ${missing}: no such file or folder`,
    });
  });

  test('a nest without end', async () => {
    const { status, err } = await run(file('nest.yaml', '['.repeat(100_000)));
    expect(status).toBe(2);
    expect(err).toMatch(/nest\.yaml:1:\d+: nested too deeply/);
  });

  test('an alias that multiplies', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, n) => `l${n}: &l${n} [${Array(9).fill(n === 0 ? 'x' : `*l${n - 1}`)}]`,
    );
    const path = file('bomb.yaml', `kind: Pod\n${levels.join('\n')}\n`);
    expect((await run(path)).err).toBe(
      `error: ${path}:1:1: Excessive alias count indicates a resource exhaustion attack`,
    );
  });

  test('a missing file, an empty folder, and all problems together', async () => {
    const missing = join(folder, 'missing.yaml');
    expect((await run(missing)).err).toBe(`error: ${missing}: no such file or folder`);
    expect(await run(folder)).toEqual({ status: 2, out: '', err: `error: ${folder}: no Kubernetes objects here` });
    const broken = file('broken.yaml', 'a: [\n');
    expect((await run(missing, broken)).err.split('\n').map((line) => line.split(':')[1])).toEqual([
      ` ${missing}`,
      ` ${broken}`,
    ]);
  });
});

describe('wrong arguments: exit 2', () => {
  test.each([
    [[], "missing required argument 'path'"],
    [['.', '--polcy'], "unknown option '--polcy'\n(Did you mean --policy?)"],
    [
      ['.', '--format', 'xml'],
      "option '--format <format>' argument 'xml' is invalid. Allowed choices are text, json, sarif, github.",
    ],
    [
      ['.', '--assume', 'Secret'],
      'cannot assume "Secret": expected Kind/namespace/name, Kind/namespace/name/key or Kind/name',
    ],
    [['.', '--rules', 'service-port'], 'there is no rule "service-port"; did you mean service-ports?'],
    [['.', '--skip', 'image-tags,image-tag'], 'there is no rule "image-tag"; did you mean image-tags?'],
    [['--explain', 'dangling'], 'there is no rule "dangling"; did you mean dangling-keys?'],
    [['.', '--config', '/no/such.yaml'], '/no/such.yaml: no such file'],
  ])('%p', async (args: string[], problem) => {
    const { status, out, err } = await run(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err.replace('\n(add --help to see the arguments and options)', '')).toBe(`error: ${problem}`);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from '../support/program';

/** Stands in for kubectl: a cluster is a folder with a file for each namespace, and one with what was applied. */
const standIn = `#!/bin/sh
if [ "$1" = config ]; then echo veza-staging; exit 0; fi
[ "$1" = --context=veza-staging ] || exit 9
shift
case "$1" in
  get) if [ -e "$CLUSTER/unreachable" ]; then
         echo "Unable to connect" >&2
         echo "The connection to the server was refused" >&2
         exit 1
       fi
       if [ -e "$CLUSTER/\${2#namespace/}" ]; then echo '{"kind":"Namespace"}'; fi ;;
  diff) exec diff -u "$CLUSTER/applied-$(basename "$3")" "$3" ;;
esac
`;

const program = bundle('lib/commands/diff.ts');
const folder = mkdtempSync(join(tmpdir(), 'veza-diff-'));
const cluster = join(folder, 'cluster');

beforeEach(() => {
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster);
});
beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'kubectl'), standIn, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));

function diff(
  args: readonly string[],
  path = `${join(folder, 'bin')}:/bin:/usr/bin`,
): { status: number | null; out: string; err: string } {
  const env = { ...process.env, PATH: path, CLUSTER: cluster };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { env, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

const files = ['staging.k8s.yaml', 'staging-monitoring.k8s.yaml'];

/** Applies what dist says to the stand-in. */
function apply(change: (manifests: string) => string = (manifests) => manifests): void {
  for (const namespace of ['veza-staging', 'veza-staging-monitoring']) writeFileSync(join(cluster, namespace), '');
  for (const file of files) {
    writeFileSync(join(cluster, `applied-${file}`), change(readFileSync(`dist/${file}`, 'utf8')));
  }
}

test('a namespace that is missing makes every object new', () => {
  const { status, out } = diff(['staging']);
  const lines = out.trim().split('\n');
  const counts = files.map((file) => readFileSync(`dist/${file}`, 'utf8').split('\n---\n').length);
  expect(status).toBe(0);
  expect(lines.filter((line) => !line.startsWith('+ '))).toEqual([
    `dist/staging.k8s.yaml: all new: namespace veza-staging does not exist yet, so all ${counts[0]} objects would be created`,
    `dist/staging-monitoring.k8s.yaml: all new: namespace veza-staging-monitoring does not exist yet, so all ${counts[1]} objects would be created`,
  ]);
  expect(lines).toHaveLength(2 + (counts[0] ?? 0) + (counts[1] ?? 0));
  expect(lines[1]).toBe('+ Namespace/veza-staging');
});

test('a cluster that runs what dist says has no difference', () => {
  apply();
  expect(diff(['staging'])).toEqual({
    status: 0,
    out: 'dist/staging.k8s.yaml: no difference\ndist/staging-monitoring.k8s.yaml: no difference\n',
    err: '',
  });
});

test('a difference is shown, and is no failure', () => {
  apply((manifests) => manifests.replace('LOG_LEVEL: debug', 'LOG_LEVEL: trace'));
  const { status, out } = diff(['staging']);
  expect(status).toBe(0);
  expect(out.split('\n').filter((line) => /^[-+] /.test(line))).toEqual(['-  LOG_LEVEL: trace', '+  LOG_LEVEL: debug']);
});

test('a cluster out of reach is one line with its cause', () => {
  writeFileSync(join(cluster, 'unreachable'), '');
  expect(diff(['staging'])).toEqual({
    status: 2,
    out: '',
    err: 'error: kubectl get: The connection to the server was refused\n',
  });
});

test('without kubectl it says what to install', () => {
  const { status, err } = diff(['staging'], dirname(folder));
  expect(status).toBe(2);
  expect(err).toMatch(/^error: kubectl does not run \(.*ENOENT\); install it and put it on the PATH\n$/);
});

test.each([
  [[], 'usage: npm run diff -- <environment>; got []'],
  [['prod'], '"prod" is no environment; use one of staging, production'],
  [['staging', 'production'], 'usage: npm run diff -- <environment>; got ["staging","production"]'],
  [
    ['production'],
    'the current context is veza-staging, and production is in veza-production; run `kubectl config use-context veza-production`',
  ],
])('%j is wrong usage', (args, problem) => {
  expect(diff(args)).toEqual({
    status: 2,
    out: '',
    err: `error: ${problem}\n`,
  });
});

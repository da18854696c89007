import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withHelmMetadata } from '../../../lib/cluster/helm-metadata';
import type { KubernetesManifest } from '../../../lib/manifests/manifest';
import { bundle } from '../../support/program';
import { backedUp, certificates, running, stagingManifests } from '../running';

/** Stands in for kubectl: a cluster is a folder with a list for each namespace, and one of its certificates. */
const standIn = `#!/bin/sh
if [ "$1" = config ]; then echo veza-staging; exit 0; fi
echo "$*" >>"$CLUSTER/calls"
case "$*" in
  *' create --validate=false --filename=- '*) sed s/.*/true/; exit ;;
  *' get --raw=/apis') echo '{"groups":[]}'; exit ;;
  *' get --filename=- --ignore-not-found --output=json') file=declared ;;
  '--context=veza-staging get certificates.cert-manager.io --namespace=veza-staging --output=json')
    file=certificates ;;
  '--context=veza-staging get '*' --namespace=veza-staging --output=json') file=veza-staging ;;
  '--context=veza-staging get '*' --namespace=veza-staging-monitoring --output=json') file=veza-staging-monitoring ;;
  *) exit 9 ;;
esac
[ -e "$CLUSTER/$file.json" ] && exec cat "$CLUSTER/$file.json"
cat "$CLUSTER/$file.error" >&2
exit 1
`;

const program = bundle('main.ts');
const folder = mkdtempSync(join(tmpdir(), 'veza-health-'));
const cluster = join(folder, 'cluster');
const manifests = stagingManifests();
const all = [...manifests.values()].flat();
const claims = ['data-postgres-0', 'data-redis-0'].map((name) => claim(name, 'veza-staging'));
const monitoringClaims = ['prometheus', 'alertmanager', 'grafana'].map((name) =>
  claim(`data-${name}-0`, 'veza-staging-monitoring'),
);

function claim(name: string, namespace: string): object {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace } };
}

beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'kubectl'), standIn, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster);
  const [staging = [], monitoring = []] = [...manifests.values()].map(running);
  write('veza-staging', [...staging, backedUp('veza-staging', 5)]);
  write('veza-staging-monitoring', monitoring);
  write('certificates', certificates(all, 89));
  write('declared', [...all.map(asHelmWrote), ...claims, ...monitoringClaims]);
});

function write(name: string, items: readonly object[]): void {
  writeFileSync(join(cluster, `${name}.json`), JSON.stringify({ kind: 'List', apiVersion: 'v1', items }));
}

function refuse(name: string, words: string): void {
  rmSync(join(cluster, `${name}.json`));
  writeFileSync(join(cluster, `${name}.error`), `${words}\n`);
}

function health(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:/bin:/usr/bin`, CLUSTER: cluster };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'health', ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

/** An object as Helm leaves it in the cluster. */
function asHelmWrote(manifest: object): object {
  return withHelmMetadata([manifest as KubernetesManifest], 'veza-staging')[0] ?? {};
}

/** The manifests' names of some kinds, as rows show them. */
function declared(...kinds: readonly string[]): string[] {
  return all
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, metadata }) => `${metadata.namespace} ${kind}/${metadata.name}`);
}

test('a healthy environment is a row for each thing that was looked at', () => {
  const { status, out, err } = health('staging', '--format', 'json');
  const { rows, ...rest } = JSON.parse(out);
  expect({ status, err, ...rest }).toEqual({ status: 0, err: '', environment: 'staging', healthy: true });
  expect(rows.map(({ state, check, object }: Record<string, string>) => `${state} ${check} ${object}`)).toEqual([
    ...['the whole cluster', 'veza-staging', 'veza-staging-monitoring'].map((place) => `ok presence ${place}`),
    'ok delivery staging',
    ...declared('Deployment', 'StatefulSet')
      .map((id) => `ok workloads ${id}`)
      .sort(byNamespace),
    ...[...manifests.keys()].map((namespace) => `ok pods ${namespace}`),
    ...declared('Service').map((id) => `ok endpoints ${id}`),
    ...['api', 'chat', 'stream'].map((name) => `ok certificates veza-staging Certificate/veza-${name}-tls`),
    'ok backup veza-staging CronJob/postgres-backup',
  ]);
});

function byNamespace(a: string, b: string): number {
  const place = (row: string) => [...manifests.keys()].findIndex((namespace) => row.includes(` ${namespace} `));
  return place(a) - place(b);
}

test('the table lists failures first, and counts last', () => {
  write('certificates', certificates(all, 22));
  write('veza-staging', [...running(manifests.get('veza-staging') ?? []), backedUp('veza-staging', 72)]);
  const { status, out, err } = health('staging');
  const lines = out.trimEnd().split('\n');
  expect({ status, err }).toEqual({ status: 1, err: '' });
  expect(lines.slice(0, 3).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
    'state  check  object  detail',
    'failed  backup  veza-staging CronJob/postgres-backup  latest success 3 d ago, maximum 50 h; npx veza backup create staging',
    expect.stringMatching(/^warning {2}certificates {2}veza-staging Certificate\/veza-api-tls {2}expires in 22 d;/),
  ]);
  expect(lines.at(-1)).toBe(`staging is not healthy: 1 failed, 3 warnings, ${lines.length - 7} ok`);
});

test('an environment that was never deployed is not healthy', () => {
  for (const name of ['veza-staging', 'veza-staging-monitoring', 'certificates', 'declared']) write(name, []);
  const { status, out } = health('staging', '--format=json');
  const { healthy, rows } = JSON.parse(out);
  const judged = rows.filter(({ check }: Record<string, string>) => check !== 'delivery');
  const states = new Set(judged.map(({ state }: Record<string, string>) => state));
  expect([status, healthy, [...states]]).toEqual([1, false, ['failed']]);
  expect(judged).toHaveLength(3 + 2 + declared('Service', 'Ingress').length + 1);
});

test('what is gutted is not healthy: each object that is declared and gone is a row, whatever its kind', () => {
  const gone = [
    'ConfigMap/veza-config',
    'NetworkPolicy/default-deny',
    'ResourceQuota/veza-quota',
    'PersistentVolumeClaim/postgres-backups',
    'PriorityClass/veza-staging-services',
    'ServiceAccount/veza-service-account',
  ];
  const isGone = ({ kind, metadata }: (typeof all)[number]) =>
    gone.includes(`${kind}/${metadata.name}`) && metadata.namespace !== 'veza-staging-monitoring';
  const left = all.filter((manifest) => !isGone(manifest));
  write('declared', [...left.map(asHelmWrote), ...claims.slice(1), ...monitoringClaims]);
  const { status, out } = health('staging', '--format=json');
  const rows: Record<string, string>[] = JSON.parse(out).rows.filter(
    ({ state }: Record<string, string>) => state === 'failed',
  );
  expect([status, new Set(rows.map(({ check }) => check))]).toEqual([1, new Set(['presence'])]);
  const names = rows.map(({ object }) => object?.replace('veza-staging ', '') ?? '').sort();
  expect(names).toEqual([...gone, 'PersistentVolumeClaim/data-postgres-0'].sort());
});

test('a cluster without cert-manager is reported', () => {
  refuse('certificates', 'error: the server doesn\'t have a resource type "certificates"');
  const { status, out } = health('staging', '--format=json');
  const failures = JSON.parse(out).rows.filter(({ state }: Record<string, string>) => state === 'failed');
  expect([status, failures.map(({ check, object }: Record<string, string>) => `${check} ${object}`)]).toEqual([
    1,
    ['certificates 3 certificates'],
  ]);
});

test.each(['veza-staging-monitoring', 'certificates'])(
  'a missing permission to read %s is reported in one line',
  (name) => {
    const refusal = 'Error from server (Forbidden): certificates is forbidden: User "dev" cannot list it';
    refuse(name, `${refusal}`);
    expect(health('staging')).toEqual({ status: 2, out: '', err: `error: kubectl get: ${refusal}\n` });
  },
);

const hint = '(add --help to see the arguments and options)';

test.each([
  [[], `missing required argument 'environment'\n${hint}`],
  [['prod'], '"prod" is not an environment; use one of staging, production'],
  [
    ['staging', '--format', 'yaml'],
    `option '--format <format>' argument 'yaml' is invalid. Allowed choices are human, json.\n${hint}`,
  ],
  [
    ['production'],
    'the current context is veza-staging, and production is in veza-production; run `kubectl config use-context veza-production`',
  ],
])('%j is wrong usage', (args, problem) => {
  expect(health(...args)).toEqual({ status: 2, out: '', err: `error: ${problem}\n` });
});

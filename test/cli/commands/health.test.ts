import { listEnvironmentNamespaces } from '../../../lib/platform/environment';
import { nameEnvironmentFiles } from '../../../lib/synth/environment-charts';
import type { KubeObject } from '../../support/cluster/objects';
import { afterDeploys, DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/environments/staging';
import { enterKnownDist } from '../../support/known-manifests';
import { readManifests } from '../../support/manifests';
import { subdomains } from '../../support/own-platform';
import { runCli, usageError, usageHint } from '../support/call-veza';
import { fakeClients, systemOf, TestSystem } from '../support/test-system';

interface Row {
  readonly state: string;
  readonly check: string;
  readonly object: string;
}

enterKnownDist();
const [version = ''] = Object.values(staging.releases);
const dist = readManifests('dist');
const manifests = nameEnvironmentFiles(staging).flatMap((name) => dist.get(`${name}.k8s.yaml`) ?? []);
const hour = 3_600_000;

/** A cluster in which staging was deployed, and backed up some hours ago. */
const deployed = afterDeploys(staging, version);
async function healthy(backedUpHoursAgo = 5): Promise<DeployHarness> {
  const harness = await deployed();
  const { objects, clock } = harness.cluster;
  const schedule = objects.one('CronJob', 'postgres-backup', 'veza-staging') as KubeObject;
  const lastSuccessfulTime = new Date(clock.now() - backedUpHoursAgo * hour).toISOString();
  objects.put({ ...schedule, status: { lastSuccessfulTime } });
  return harness;
}

function remove({ cluster }: DeployHarness, kind: string, name: string, namespace?: string): void {
  cluster.objects.delete(cluster.objects.one(kind, name, namespace) as KubeObject);
}

async function rowsOf(harness: DeployHarness): Promise<{ status: number; healthy: boolean; rows: readonly Row[] }> {
  const { status, out, err } = await runCli(['health', 'staging', '--format', 'json'], systemOf(harness));
  expect(err).toBe('');
  const { environment, ...rest } = JSON.parse(out);
  expect(environment).toBe('staging');
  return { status, ...rest };
}

/** The manifests' names of some kinds, as rows show them. */
function declared(...kinds: readonly string[]): string[] {
  return manifests
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, metadata }) => `${metadata.namespace} ${kind}/${metadata.name}`);
}

test('a healthy environment is a row for each thing that was checked', async () => {
  const { status, healthy: isHealthy, rows } = await rowsOf(await healthy());
  expect([status, isHealthy]).toEqual([0, true]);
  const namespaces = listEnvironmentNamespaces(staging);
  expect(rows.map(({ state, check, object }) => `${state} ${check} ${object}`)).toEqual([
    ...['the whole cluster', ...namespaces].map((place) => `ok presence ${place}`),
    'ok delivery staging',
    ...namespaces.flatMap((namespace) =>
      declared('Deployment', 'StatefulSet', 'DaemonSet')
        .filter((id) => id.startsWith(`${namespace} `))
        .map((id) => `ok workloads ${id}`)
        .sort(),
    ),
    ...namespaces.map((namespace) => `ok pods ${namespace}`),
    ...declared('Service').map((id) => `ok endpoints ${id}`),
    ...declared('Certificate').map((id) => `ok certificates ${id}`),
    ...subdomains.map((name) => `ok certificates veza-staging Certificate/veza-${name}-tls`),
    'ok backup veza-staging CronJob/postgres-backup',
  ]);
});

test('the table lists failures first, and counts last', async () => {
  const harness = await healthy(72);
  const { objects, clock } = harness.cluster;
  const certificate = objects.one('Certificate', 'veza-api-tls', 'veza-staging') as KubeObject & { status: object };
  const [notAfter, renewalTime] = [22 * 24 + 1, -8 * 24].map((hours) =>
    new Date(clock.now() + hours * hour).toISOString(),
  );
  objects.put({ ...certificate, status: { ...certificate.status, notAfter, renewalTime } });
  const { status, out, err } = await runCli(['health', 'staging'], systemOf(harness));
  const lines = out.trimEnd().split('\n');
  expect({ status, err }).toEqual({ status: 1, err: '' });
  expect(lines.slice(0, 3).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
    'state  check  object  detail',
    'failed  backup  veza-staging CronJob/postgres-backup  latest success 3 d ago, maximum 50 h; npx veza backup create staging',
    expect.stringMatching(/^warning {2}certificates {2}veza-staging Certificate\/veza-api-tls {2}expires in 22 d;/),
  ]);
  expect(lines.at(-1)).toBe(`staging is not healthy: 1 failed, 1 warnings, ${lines.length - 5} ok`);
});

test('an environment that was never deployed is not healthy', async () => {
  const harness = new DeployHarness();
  for (const name of listEnvironmentNamespaces(staging)) remove(harness, 'Namespace', name);
  const { status, healthy: isHealthy, rows } = await rowsOf(harness);
  const checked = rows.filter(({ check }) => check !== 'delivery');
  expect([status, isHealthy, [...new Set(checked.map(({ state }) => state))]]).toEqual([1, false, ['failed']]);
  expect(checked).toHaveLength(
    1 + 2 * listEnvironmentNamespaces(staging).length + declared('Service', 'Ingress', 'Certificate').length + 1,
  );
});

test('each object that is declared and missing is a row, whatever its kind', async () => {
  const missing = [
    ['ConfigMap', 'veza-config'],
    ['NetworkPolicy', 'default-deny'],
    ['ResourceQuota', 'veza-quota'],
    ['PersistentVolumeClaim', 'postgres-backups'],
    ['PersistentVolumeClaim', 'data-postgres-0'],
    ['ServiceAccount', 'veza-service-account'],
  ] as const;
  const harness = await healthy();
  for (const [kind, name] of missing) remove(harness, kind, name, 'veza-staging');
  remove(harness, 'PriorityClass', 'veza-staging-services');
  const { status, rows } = await rowsOf(harness);
  const failed = rows.filter(({ state }) => state === 'failed');
  expect([status, new Set(failed.map(({ check }) => check))]).toEqual([1, new Set(['presence'])]);
  expect(failed.map(({ object }) => object.replace('veza-staging ', '')).sort()).toEqual(
    [...missing.map(([kind, name]) => `${kind}/${name}`), 'PriorityClass/veza-staging-services'].sort(),
  );
});

test('a cluster without cert-manager is reported', async () => {
  const harness = await healthy();
  remove(harness, 'CustomResourceDefinition', 'certificates.cert-manager.io');
  const { status, rows } = await rowsOf(harness);
  const failed = rows.filter(({ state }) => state === 'failed');
  expect([status, failed.map(({ check, object }) => `${check} ${object}`)]).toEqual([
    1,
    [
      'presence veza-staging Certificate/postgres-authority',
      'presence veza-staging Certificate/postgres-server',
      `certificates ${declared('Certificate').length + subdomains.length} certificates`,
    ],
  ]);
});

test.each(['pods', 'certificates.cert-manager.io'])(
  'a missing permission to read %s is reported in one line, before anything is read',
  async (resource) => {
    const harness = await deployed();
    harness.cluster.deny(`list ${resource}`);
    const { status, out, err } = await runCli(['health', 'staging'], systemOf(harness));
    expect([status, out]).toEqual([2, '']);
    expect(err.split('\n')[0]).toBe(
      `error: missing permissions in veza-staging: list ${resource}; \`npx veza permissions staging --for health\` prints roles that grant them`,
    );
  },
);

test('a refusal of the API is one line', async () => {
  const { cluster, helm } = await deployed();
  cluster.onAnswer = (verb) => {
    // The permissions were there when they were reviewed.
    if (verb === 'create') cluster.outage = 'Error from server (Forbidden): User "dev" cannot list resource "pods"';
  };
  const system = new TestSystem({ clients: fakeClients(cluster, helm) });
  expect(await runCli(['health', 'staging'], system)).toStrictEqual(usageError(`kubectl get: ${cluster.outage}`));
});

test.each([
  [[], `missing required argument 'environment'\n${usageHint}`],
  [['prod'], '"prod" is not an environment; use one of staging, production'],
  [
    ['staging', '--format', 'yaml'],
    `option '--format <format>' argument 'yaml' is invalid. Allowed choices are human, json.\n${usageHint}`,
  ],
  [
    ['production'],
    'the current context is veza-staging, but production is in veza-production; run `kubectl config use-context veza-production`',
  ],
])('%j is wrong usage', async (args, problem) => {
  expect(await runCli(['health', ...args], systemOf(new DeployHarness()))).toStrictEqual(usageError(problem));
});

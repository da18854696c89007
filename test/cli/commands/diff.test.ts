import { readFileSync } from 'node:fs';
import type { KubernetesManifest } from '../../../lib/manifests/manifest';
import { listEnvironmentNamespaces } from '../../../lib/platform/environment';
import { nameEnvironmentFiles } from '../../../lib/synth/environment-charts';
import { veza } from '../../../lib/veza/veza';
import { afterDeploys, all, DeployHarness } from '../../support/deploy-harness';
import { production } from '../../support/environments/production';
import { staging } from '../../support/environments/staging';
import type { FakeCluster } from '../../support/fake-cluster';
import { enterKnownDist } from '../../support/known-manifests';
import { parseManifests } from '../../support/manifests';
import { type CommandResult, runCli, usageError, usageHint } from '../support/call-veza';
import { fakeClients, scripts, systemOf, TestSystem, toolsIn } from '../support/test-system';

enterKnownDist();
const files = nameEnvironmentFiles(staging).map((name) => `dist/${name}.k8s.yaml`);
const committed = files.map((file) => parseManifests(readFileSync(file, 'utf8')) as unknown as KubernetesManifest[]);
const noDifference = files.map((file) => `${file}: no difference\n`).join('');
const [statedVersion = ''] = Object.values(staging.releases);

/** Writes the files into a cluster, as `kubectl apply` does. */
async function applyDist(cluster: FakeCluster): Promise<void> {
  for (const objects of committed) await cluster.apply(objects);
}

function diff(harness: DeployHarness): Promise<CommandResult> {
  return runCli(['diff', 'staging'], systemOf(harness));
}

async function warnings(harness: DeployHarness): Promise<string[]> {
  return (await diff(harness)).err.trim().split('\n');
}

test('what kubectl applied has no difference, and what was changed since is shown', async () => {
  const harness = new DeployHarness();
  await applyDist(harness.cluster);
  const { status, out, err } = await diff(harness);
  expect([status, out]).toStrictEqual([0, noDifference]);
  expect(err).toMatch(/^warning: (\d+) of \1 objects were last written by `kubectl apply` of dist\/, .*\n$/);
  await harness.cluster.patch('configmap/veza-config', 'veza-staging', { data: { LOG_LEVEL: 'trace' } });
  const changed = await diff(harness);
  expect(changed.status).toBe(0);
  expect(changed.out.split('\n').filter((line) => /^[-+] /.test(line))).toStrictEqual([
    '-  LOG_LEVEL: trace',
    '+  LOG_LEVEL: debug',
  ]);
});

test('what Helm deployed has no difference either: Helm marks what it writes', async () => {
  const harness = await afterDeploys(staging, statedVersion)();
  expect(await diff(harness)).toStrictEqual({ status: 0, out: noDifference, err: '' });
});

test('warns that dist/ states an older release than the running one, and that it was applied', async () => {
  const harness = await afterDeploys(staging, 'v1.4.0')();
  expect(await warnings(harness)).toStrictEqual(
    veza.services.map(
      ({ name }) =>
        `warning: veza-staging Deployment/veza-${name}: ${name} runs ghcr.io/veza/${name}:v1.4.0, dist/ states ghcr.io/veza/${name}:${statedVersion}; ` +
        'do not apply dist/, which would overwrite that: staging is delivered by `npx veza deploy`',
    ),
  );
  await applyDist(harness.cluster);
  expect(harness.running).toStrictEqual(all(statedVersion));
  const remedy = "what runs may differ from Helm's history; deploy the release that should run";
  const warning = expect.stringMatching(new RegExp(`^warning: \\d+ of .*: ${remedy}$`));
  expect(await warnings(harness)).toStrictEqual([warning]);
  expect(await harness.deploy('v1.4.0', { dryRun: true })).toMatchObject({ done: expect.any(String) });
  expect(harness.output).toContainEqual(warning);
});

test('warns of a password that the Secret lacks, with the command that adds it', async () => {
  const harness = await afterDeploys(staging, statedVersion)();
  await harness.cluster.patch('secret/veza-secrets', 'veza-staging', { data: { DB_PASSWORD_CHAT_SERVER: null } });
  expect(await warnings(harness)).toStrictEqual([
    expect.stringMatching(
      /^warning: Secret veza-staging\/veza-secrets: missing keys: DB_PASSWORD_CHAT_SERVER; .* patch secret veza-secrets /,
    ),
  ]);
});

test('without the operators of the database, says what is missing and compares the rest', async () => {
  const harness = new DeployHarness(production);
  const names = nameEnvironmentFiles(production).map((name) => `dist/${name}.k8s.yaml`);
  const isKnown = ({ kind }: KubernetesManifest) => !/^(Cluster|ScheduledBackup|ObjectStore)$/.test(kind);
  for (const file of names) {
    await harness.cluster.apply(
      (parseManifests(readFileSync(file, 'utf8')) as unknown as KubernetesManifest[]).filter(isKnown),
    );
  }
  const { status, out, err } = await runCli(['diff', 'production'], systemOf(harness));
  expect([status, out]).toStrictEqual([0, names.map((file) => `${file}: no difference\n`).join('')]);
  expect(err.match(/^warning: the cluster has no kind [^;]+; install [^:]+/gm)).toStrictEqual([
    'warning: the cluster has no kind clusters.postgresql.cnpg.io; install CloudNativePG',
    'warning: the cluster has no kind scheduledbackups.postgresql.cnpg.io; install CloudNativePG',
    'warning: the cluster has no kind objectstores.barmancloud.cnpg.io; install the plugin Barman Cloud',
  ]);
});

test('warns of a Kubernetes that is too old for the operator of the database', async () => {
  const harness = new DeployHarness(production);
  harness.cluster.version = 'v1.33.4';
  const { err } = await runCli(['diff', 'production'], systemOf(harness));
  expect(err).toContain('warning: the cluster runs Kubernetes v1.33.4, but CloudNativePG 1.30, which runs');
});

test('a namespace that is missing makes every object new', async () => {
  const harness = new DeployHarness();
  for (const name of listEnvironmentNamespaces(staging))
    await harness.cluster.delete(`namespace/${name}`, '', { wait: 'dependents' });
  const { status, out } = await diff(harness);
  const lines = out.trim().split('\n');
  const counts = committed.map((objects) => objects.length);
  expect(status).toBe(0);
  expect(lines.filter((line) => !line.startsWith('+ '))).toEqual([
    `dist/staging.k8s.yaml: all new: namespace veza-staging does not exist yet, so all ${counts[0]} objects would be created`,
    `dist/staging-monitoring.k8s.yaml: all new: namespace veza-staging-monitoring does not exist yet, so all ${counts[1]} objects would be created`,
    `dist/staging-logs.k8s.yaml: all new: namespace veza-staging-logs does not exist yet, so all ${counts[2]} objects would be created`,
    `dist/staging.dashboards.k8s.yaml: all new: namespace veza-staging-monitoring does not exist yet, so all ${counts[3]} objects would be created`,
  ]);
  expect(lines).toHaveLength(counts.reduce((sum, count) => sum + 1 + count, 0));
  expect(lines[1]).toBe('+ Namespace/veza-staging');
});

const unreachable = 'The connection to the server 127.0.0.1:9 was refused - did you specify the right host or port?';
const missingDiff = 'error: failed to run "diff": executable file not found in $PATH';
const brokenConfig = 'error: error loading config file "/a": yaml: did not find expected node content';

/** A kubectl in the context of staging that fails in its own words. */
const failing = (words: string) => `[ "$1" = config ] && echo veza-staging && exit\necho '${words}' >&2\nexit 1`;

/** A kubectl that reads no objects and fails to compare them. */
const withoutDiff = `case "$*" in
  config*) echo veza-staging ;;
  *create*) while read -r _; do echo true; done ;;
  *diff*) echo '${missingDiff}' >&2; exit 1 ;;
  *namespace/*) echo '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}' ;;
esac`;

test.each<[string, Record<string, string>, string]>([
  ['no kubectl', {}, 'could not run kubectl (spawn kubectl ENOENT); install it and put it on the PATH'],
  ['no cluster that answers', { kubectl: failing(unreachable) }, `kubectl create: ${unreachable}`],
  ['no diff', { kubectl: withoutDiff }, `kubectl diff: ${missingDiff}`],
  ['a malformed kubeconfig', { kubectl: `echo '${brokenConfig}' >&2; exit 1` }, `kubectl config: ${brokenConfig}`],
  ['no context', { kubectl: 'true' }, 'kubectl has no current context; run `kubectl config use-context veza-staging`'],
])('%s is one line with its cause', async (_, programs, problem) => {
  const system = new TestSystem({ clients: toolsIn(scripts(programs)) });
  expect(await runCli(['diff', 'staging'], system)).toStrictEqual(usageError(problem));
});

test.each([
  [[], `missing required argument 'environment'\n${usageHint}`],
  [['prod'], '"prod" is not an environment; use one of staging, production'],
  [['staging', 'production'], `too many arguments for 'diff'. Expected 1 argument but got 2.\n${usageHint}`],
  [
    ['production'],
    'the current context is veza-staging, but production is in veza-production; run `kubectl config use-context veza-production`',
  ],
])('%j is wrong usage', async (args, problem) => {
  const { cluster, helm } = new DeployHarness();
  const system = new TestSystem({ clients: fakeClients(cluster, helm) });
  expect(await runCli(['diff', ...args], system)).toStrictEqual(usageError(problem));
  expect(cluster.calls).toStrictEqual([]);
});

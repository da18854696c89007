import { parseAllDocuments } from 'yaml';
import type { VezaProject } from '../../../lib/cli/arguments';
import type { KubernetesManifest } from '../../../lib/manifests/manifest';
import { requireDeployPermissions } from '../../../lib/operations/deploy/preflight/deploy-permissions';
import { runPreflight } from '../../../lib/operations/deploy/preflight/preflight';
import { listEnvironmentNamespaces } from '../../../lib/platform/environment';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { record } from '../../support/backup-fixtures';
import { BackupHarness } from '../../support/backup-harness';
import type { KubeObject } from '../../support/cluster/objects';
import type { PolicyRule } from '../../support/cluster/rbac';
import { clustered } from '../../support/clustered';
import { DatabaseHarness } from '../../support/database-harness';
import { DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/environments/staging';
import type { FakeCluster } from '../../support/fake-cluster';
import { FakeHelm } from '../../support/fake-helm';
import { enterKnownDist } from '../../support/known-manifests';
import { runCli, usageError, usageHint, vezaProject } from '../support/call-veza';
import { fakeClients, systemOf, TestSystem } from '../support/test-system';

enterKnownDist();

interface Role extends KubernetesManifest {
  readonly rules: readonly PolicyRule[];
}

async function printedRoles(...options: readonly string[]): Promise<Role[]> {
  return rolesOf(vezaProject, ...options);
}

async function rolesOf(project: VezaProject, ...options: readonly string[]): Promise<Role[]> {
  const { status, out, err } = await runCli(['permissions', ...options], new TestSystem(), project);
  expect([status, err]).toStrictEqual([0, '']);
  return parseAllDocuments(out).map((document) => document.toJS() as Role);
}

/** Kind, namespace and name of each object that is printed. */
async function printed(...options: readonly string[]): Promise<string[]> {
  const roles = await printedRoles(...options);
  return roles.map(({ kind, metadata: { namespace, name } }) =>
    [kind, namespace, name].filter((word) => word !== undefined).join(' '),
  );
}

test('roles are named after the environment and what they are for, without bindings unless a subject is named', async () => {
  expect(await printed('production')).toEqual([
    'ClusterRole veza-production-deploy',
    'Role cnpg-system veza-production-deploy',
    'Role veza-production veza-production-deploy',
    'Role veza-production-logs veza-production-deploy',
    'Role veza-production-monitoring veza-production-deploy',
  ]);
  const bound = await printed('staging', '--for', 'health', '--group', 'support');
  expect(bound.filter((line) => /Binding/.test(line))).toEqual([
    'ClusterRoleBinding veza-staging-health',
    'RoleBinding veza-staging veza-staging-health',
    'RoleBinding veza-staging-logs veza-staging-health',
    'RoleBinding veza-staging-monitoring veza-staging-health',
  ]);
});

test.each([
  [[], `missing required argument 'environment'\n${usageHint}`],
  [['prod'], '"prod" is not an environment; use one of staging, production'],
  [
    ['staging', '--for', 'lint'],
    `option '--for <purpose>' argument 'lint' is invalid. Allowed choices are deploy, health, restore, database.\n${usageHint}`,
  ],
  [
    ['staging', '--for', 'database'],
    'staging states database.kind single; state a cluster first (docs/guides/database-cluster.md)',
  ],
])('%j is wrong usage', async (args, problem) => {
  expect(await runCli(['permissions', ...args])).toStrictEqual(usageError(problem));
});

/** A cluster where the user may do only what the printed roles grant. */
async function restrictedTo(...options: readonly string[]): Promise<DeployHarness> {
  const harness = new DeployHarness(staging);
  harness.cluster.add(...((await printedRoles('staging', ...options, '--user=tester')) as unknown as KubeObject[]));
  harness.cluster.hooks.enforcesRoles = true;
  return harness;
}

/** Takes a permission out of the roles again. */
function revoke({ objects }: FakeCluster, kind: string, verb: string, resource: string): void {
  for (const role of objects.all<Role & KubeObject>(kind)) {
    const rules = role.rules.flatMap((rule) => [
      { ...rule, resources: rule.resources.filter((each) => each !== resource) },
      {
        ...rule,
        resources: rule.resources.filter((each) => each === resource),
        verbs: rule.verbs.filter((each) => each !== verb),
      },
    ]);
    objects.put({
      ...role,
      rules: rules.filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0),
    } as KubeObject);
  }
}

const remedy = '`npx veza permissions staging` prints roles that grant them';

test('the printed roles suffice for deploys, a rollback, health and diff, and grant no wildcard', async () => {
  const harness = await restrictedTo();
  expect(JSON.stringify(harness.cluster.objects.all('Role'))).not.toContain('"*"');
  expect(JSON.stringify(harness.cluster.objects.one('ClusterRole', 'veza-staging-deploy'))).not.toContain('"*"');
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(await harness.deploy('v1.1.0', { services: ['chat-server'] })).toMatchObject({ done: expect.any(String) });
  const rollback = await runCli(['rollback', 'staging', '--yes'], systemOf(harness));
  expect([rollback.status, rollback.err]).toStrictEqual([0, '']);
  expect(await harness.history()).toHaveLength(3);
  const health = await runCli(['health', 'staging', '--format=json'], systemOf(harness));
  expect([health.err, JSON.parse(health.out).environment]).toStrictEqual(['', 'staging']);
  expect((await runCli(['diff', 'staging'], systemOf(harness))).status).toBe(0);
});

test('a rollback names the permissions that it lacks, and changes nothing', async () => {
  const harness = await restrictedTo();
  await harness.deploy('v1.0.0');
  await harness.deploy('v1.1.0');
  revoke(harness.cluster, 'Role', 'patch', 'services');
  expect(await runCli(['rollback', 'staging', '--yes'], systemOf(harness))).toStrictEqual({
    status: 2,
    out: '',
    err: ['veza-staging', 'veza-staging-monitoring']
      .map((namespace) => `error: missing permissions in ${namespace}: patch services; ${remedy}\n`)
      .join(''),
  });
  expect(await harness.history()).toHaveLength(2);
});

test('the roles for health suffice for it, and for nothing else', async () => {
  const harness = await restrictedTo('--for=health');
  const health = await runCli(['health', 'staging', '--format=json'], systemOf(harness));
  expect([health.err, JSON.parse(health.out).environment]).toStrictEqual(['', 'staging']);
  const { failed = [] } = await harness.deploy('v1.0.0');
  expect(failed[0]).toMatch(/^missing permissions in veza-staging: get\/list\/create\/update\/delete secrets, /);
  revoke(harness.cluster, 'Role', 'list', 'certificates');
  expect(await runCli(['health', 'staging'], systemOf(harness))).toStrictEqual(
    usageError(
      'missing permissions in veza-staging: list certificates.cert-manager.io; `npx veza permissions staging --for health` prints roles that grant them',
    ),
  );
});

/** Lets the user of a cluster do only what roles grant, and runs a command there. */
function restricted(cluster: FakeCluster, roles: readonly Role[], project: VezaProject) {
  expect(JSON.stringify(roles)).not.toContain('"*"');
  cluster.add(...(roles as unknown as KubeObject[]));
  cluster.hooks.enforcesRoles = true;
  return async (...args: readonly string[]) => {
    const clients = fakeClients(cluster, new FakeHelm(cluster, staging.namespace));
    const { status, err } = await runCli(args, new TestSystem({ clock: cluster.clock, clients }), project);
    return { status, error: err.split('\n').find((line) => line.startsWith('error')) };
  };
}

const done = { status: 0, error: undefined };
const denied = { status: 2, error: expect.stringMatching(/^error: missing permissions in veza-staging: .*secrets/) };

test('the roles for restore suffice for it and for backups, and not for a deploy', async () => {
  const roles = await printedRoles('staging', '--for=restore', '--user=tester');
  const run = restricted(BackupHarness.withBucket().cluster, roles, vezaProject);
  expect(await run('backup', 'list', 'staging')).toEqual(done);
  expect(await run('backup', 'create', 'staging')).toEqual(done);
  expect(await run('restore', 'staging', record.name, '--yes')).toEqual(done);
  expect(await run('restore', 'staging', record.name, '--yes', '--fresh-server')).toEqual(done);
  expect(await run('deploy', 'staging', 'v1.0.0')).toEqual(denied);
});

test('the roles for database suffice to move, recover, switch and restore, and not to deploy', async () => {
  const project = { ...vezaProject, environments: [clustered] };
  const harness = new DatabaseHarness();
  const roles = await rolesOf(project, 'staging', '--for=database', '--user=tester');
  const run = restricted(harness.cluster, roles, project);
  expect(await run('database', 'move', 'staging', '--yes')).toEqual(done);
  const serverRecoveryWindow = { 'postgres-cluster': { firstRecoverabilityPoint: '2026-11-24T00:00:00Z' } };
  harness.cluster.objects.update({
    ...harness.object('ObjectStore', 'postgres-archive'),
    status: { serverRecoveryWindow },
  });
  expect(await run('restore', 'staging', '--to', '2026-11-25T09:00:00Z', '--yes')).toEqual(done);
  expect(await run('database', 'switch', 'staging', 'postgres-cluster', '--yes')).toEqual(done);
  expect(await run('deploy', 'staging', 'v1.0.0')).toEqual(denied);
  revoke(harness.cluster, 'Role', 'patch', 'clusters');
  expect(await run('database', 'switch', 'staging', 'postgres-cluster', '--yes')).toEqual({
    status: 2,
    error:
      'error: missing permissions in veza-staging: patch clusters.postgresql.cnpg.io; ' +
      '`npx veza permissions staging --for database` prints roles that grant them',
  });
});

test('missing permissions to read the history of Helm are reported before Helm fails on them', async () => {
  const harness = await restrictedTo();
  revoke(harness.cluster, 'Role', 'list', 'secrets');
  revoke(harness.cluster, 'ClusterRole', 'list', 'namespaces');
  await expect(harness.helm.history()).rejects.toThrow('secrets is forbidden');
  harness.cluster.calls.length = 0;
  expect(await harness.deploy('v1.0.0')).toStrictEqual({
    failed: [
      `missing permissions in veza-staging: list secrets; ${remedy}`,
      `missing permissions in the whole cluster: list namespaces; ${remedy}`,
    ],
  });
  expect(harness.cluster.calls).toStrictEqual([['create', 'selfsubjectaccessreviews']]);
});

test('missing permissions that a Role of the manifests grants are reported before the dry run', async () => {
  const harness = await restrictedTo();
  revoke(harness.cluster, 'Role', 'watch', 'pods');
  expect(await harness.deploy('v1.0.0', { dryRun: true })).toStrictEqual({
    failed: listEnvironmentNamespaces(staging).map(
      (namespace) => `missing permissions in ${namespace}: watch pods; ${remedy}`,
    ),
  });
});

test('to remove what the release before had takes a permission too', async () => {
  const { cluster } = await restrictedTo();
  const released = [{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' } }];
  const permissions = await requireDeployPermissions(cluster, veza, staging);
  expect(permissions.missing).toStrictEqual([]);
  const manifests = renderEnvironment(veza, staging);
  const work = runPreflight(cluster, { platform: veza, environment: staging, manifests, released, permissions });
  await expect(work).rejects.toThrow(
    `missing permissions in the whole cluster: list/watch/create/patch/delete storageclasses.storage.k8s.io; ${remedy}`,
  );
});

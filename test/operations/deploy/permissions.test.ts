import { parseAllDocuments } from 'yaml';
import { requireDeployPermissions } from '../../../lib/operations/deploy/preflight/deploy-permissions';
import { preflight } from '../../../lib/operations/deploy/preflight/preflight';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { staging } from '../../../lib/veza/environments/staging';
import { veza } from '../../../lib/veza/veza';
import type { KubeObject } from '../../support/cluster/objects';
import type { PolicyRule } from '../../support/cluster/rbac';
import { Bed } from './bed';

jest.setTimeout(240_000);

interface Role extends KubeObject {
  readonly rules: readonly PolicyRule[];
}

let bed: Bed;
let roles: KubeObject[];

beforeEach(async () => {
  bed = await Bed.make(staging);
  roles = await printedRoles('--user=tester');
  for (const role of roles) bed.cluster.objects.create(role);
  bed.cluster.enforceRoles();
});
afterEach(() => bed.stop());

async function printedRoles(...options: readonly string[]): Promise<KubeObject[]> {
  const { status, stdout, stderr } = await bed.program('permissions', ['staging', ...options]);
  expect([status, stderr]).toStrictEqual([0, '']);
  return parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject);
}

/** Takes a permission out of the roles again. */
function revoke(kind: string, verb: string, resource: string): void {
  for (const role of bed.cluster.objects.all<Role>(kind)) {
    const rules = role.rules.flatMap((rule) => [
      { ...rule, resources: rule.resources.filter((one) => one !== resource) },
      {
        ...rule,
        resources: rule.resources.filter((one) => one === resource),
        verbs: rule.verbs.filter((one) => one !== verb),
      },
    ]);
    bed.put({
      ...role,
      rules: rules.filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0),
    } as Role);
  }
}

const remedy = '`npx veza permissions staging` prints roles that grant them';

test('the printed roles suffice for deploys, a rollback, and to check the health, and grant no wildcard', async () => {
  expect(JSON.stringify(roles)).not.toContain('"*"');
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(await bed.deploy('v1.1.0', { services: ['chat-server'] })).toMatchObject({ done: expect.any(String) });
  const rollback = await bed.program('rollback', ['staging', '--yes']);
  expect([rollback.status, rollback.stderr]).toStrictEqual([0, '']);
  expect(await bed.history()).toHaveLength(3);
  const health = await bed.program('health', ['staging', '--format=json']);
  expect([health.stderr, JSON.parse(health.stdout).environment]).toStrictEqual(['', 'staging']);
  expect((await bed.program('diff', ['staging'])).status).toBe(0);
  revoke('Role', 'patch', 'services');
  const refused = await bed.program('rollback', ['staging', '--yes']);
  const lines = ['veza-staging', 'veza-staging-monitoring'].map(
    (place) => `error: missing permissions in ${place}: patch services; ${remedy}\n`,
  );
  expect([refused.status, refused.stderr]).toStrictEqual([2, lines.join('')]);
  expect(await bed.history()).toHaveLength(3);
});

test('the roles for health suffice for it, and for nothing else', async () => {
  for (const { kind, metadata } of roles)
    bed.cluster.objects.delete(bed.cluster.objects.one(kind, metadata.name, metadata.namespace) as KubeObject);
  for (const role of await printedRoles('--for=health', '--user=tester')) bed.cluster.objects.create(role);
  const { stdout, stderr } = await bed.program('health', ['staging', '--format=json']);
  expect([stderr, JSON.parse(stdout).environment]).toStrictEqual(['', 'staging']);
  const { failed = [] } = await bed.deploy('v1.0.0');
  expect(failed[0]).toMatch(/^missing permissions in veza-staging: get\/list\/create\/update\/delete secrets, /);
  revoke('Role', 'list', 'certificates');
  expect(await bed.program('health', ['staging'])).toStrictEqual({
    status: 2,
    stdout: '',
    stderr:
      'error: missing permissions in veza-staging: list certificates.cert-manager.io; `npx veza permissions staging --for health` prints the roles that grant them\n',
  });
});

test('missing permissions to read the history of Helm are reported before Helm fails on them', async () => {
  revoke('Role', 'list', 'secrets');
  revoke('ClusterRole', 'list', 'namespaces');
  const requests = bed.cluster.hooks.requests.length;
  expect(await bed.deploy('v1.0.0')).toStrictEqual({
    failed: [
      `missing permissions in veza-staging: list secrets; ${remedy}`,
      `missing permissions in the whole cluster: list namespaces; ${remedy}`,
    ],
  });
  const asked = bed.cluster.hooks.requests
    .slice(requests)
    .filter((request) => !/selfsubjectaccessreviews|stand-in|\/apis?\/?$/.test(request));
  expect(asked).toStrictEqual([]);
});

test('missing permissions that a Role of the manifests grants are reported before the dry run', async () => {
  revoke('Role', 'watch', 'pods');
  expect(await bed.deploy('v1.0.0', { dryRun: true })).toStrictEqual({
    failed: ['veza-staging', 'veza-staging-monitoring'].map(
      (place) => `missing permissions in ${place}: watch pods; ${remedy}`,
    ),
  });
});

test('to remove what the release before had takes a permission too', async () => {
  const { kubectl } = await bed.context();
  const manifests = renderEnvironment(veza, staging);
  const released = [{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' } }];
  const permissions = await requireDeployPermissions(kubectl, veza, staging);
  expect(permissions.missing).toStrictEqual([]);
  const work = preflight(kubectl, { platform: veza, environment: staging, manifests, released, permissions });
  await expect(work).rejects.toThrow(
    `missing permissions in the whole cluster: list/watch/create/patch/delete storageclasses.storage.k8s.io; ${remedy}`,
  );
});

import { deployPermissions } from '../../../lib/operations/deploy/preflight/deploy-permissions';
import { staging } from '../../../lib/veza/environments/staging';
import { Bed } from './bed';

jest.setTimeout(120_000);

const metadata = { name: 'a', namespace: 'shop' };
const role = (kind: string, named: object, rules: readonly object[]) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name: 'a', ...named },
  rules,
});
const kept = { ...metadata, annotations: { 'helm.sh/resource-policy': 'keep' } };

test('a deploy needs to write every kind that it brings or removes, to remove all but what is kept, and to hold what its roles grant', () => {
  const permissions = deployPermissions('shop', [
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata },
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { ...metadata, name: 'b' } },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'a', namespace: 'other' } },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: kept },
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'a' } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    role('Role', metadata, [{ apiGroups: [''], resources: ['endpoints'], verbs: ['watch'] }]),
    role('ClusterRole', { name: 'a' }, [
      { apiGroups: ['', 'apps'], resources: ['nodes'], resourceNames: ['one'], verbs: ['get', 'list'] },
    ]),
  ]);
  const verbs = new Map<string, string>();
  for (const { verb, resource, namespace = 'everywhere', name = '' } of permissions) {
    const what = [namespace, resource, name].filter((word) => word !== '').join(' ');
    verbs.set(what, [verbs.get(what) ?? [], verb].flat().join(' '));
  }
  expect(Object.fromEntries(verbs)).toStrictEqual({
    'shop secrets': 'get list create update delete',
    'shop leases.coordination.k8s.io': 'get create update',
    'shop jobs.batch': 'get list create patch delete',
    'shop cronjobs.batch': 'get list',
    'shop deployments.apps': 'list',
    'shop statefulsets.apps': 'list',
    'shop replicasets.apps': 'list',
    'shop pods': 'list delete',
    'shop pods/log': 'get',
    'shop events': 'list',
    'other deployments.apps': 'list',
    'other statefulsets.apps': 'list',
    'other replicasets.apps': 'list',
    'other pods': 'list delete',
    'other pods/log': 'get',
    'other events': 'list',
    'everywhere namespaces': 'list watch',
    'shop networkpolicies.networking.k8s.io': 'get list watch create patch delete',
    'other ingresses.networking.k8s.io': 'get list watch create patch delete',
    'shop persistentvolumeclaims': 'get list watch create patch',
    'everywhere priorityclasses.scheduling.k8s.io': 'get list watch create patch delete',
    'shop namespaces shop': 'get patch',
    'shop roles.rbac.authorization.k8s.io': 'get list watch create patch delete',
    'everywhere clusterroles.rbac.authorization.k8s.io': 'get list watch create patch delete',
    'shop endpoints': 'watch',
    'everywhere nodes one': 'get list',
    'everywhere nodes.apps one': 'get list',
  });
});

describe('in a cluster', () => {
  let bed: Bed;
  beforeEach(async () => {
    bed = await Bed.make(staging);
  });
  afterEach(() => bed.stop());

  const lines = [
    'missing permissions in veza-staging: delete pods, get pods/log, patch networkpolicies.networking.k8s.io, delete statefulsets.apps; `npx veza permissions staging` prints roles that grant them',
    'missing permissions in veza-staging-monitoring: delete pods, get pods/log, patch networkpolicies.networking.k8s.io, delete statefulsets.apps; `npx veza permissions staging` prints roles that grant them',
    'missing permissions in the whole cluster: get storageclasses.storage.k8s.io; `npx veza permissions staging` prints roles that grant them',
  ];

  test('all rights that are missing are told at once, and so is what else is wrong', async () => {
    bed.cluster.deny(
      'delete pods',
      'get pods/log',
      'delete statefulsets.apps',
      'patch networkpolicies.networking.k8s.io',
      'get storageclasses.storage.k8s.io',
    );
    const { status, stderr } = await bed.program('deploy', ['staging', 'v1.0.0', '--dry-run']);
    expect([status, stderr.trim().split('\n')]).toStrictEqual([2, lines.map((line) => `error: ${line}`)]);
    const secret = bed.cluster.objects.one('Secret', 'veza-secrets', 'veza-staging');
    if (!secret) throw new Error('the bed is not made');
    const { SMTP_PASSWORD: _, ...data } = secret.data ?? {};
    bed.put({ ...secret, data });
    const both = await bed.program('deploy', ['staging', 'v1.0.0', '--dry-run']);
    expect(both.status).toBe(1);
    const told = both.stderr.trim().split('\n');
    expect(told.slice(0, 4)).toStrictEqual(
      [...lines, 'Secret veza-staging/veza-secrets: missing keys: SMTP_PASSWORD; add them, see docs/secrets.md'].map(
        (line) => `error: ${line}`,
      ),
    );
    expect(told).toHaveLength(4);
  });
});

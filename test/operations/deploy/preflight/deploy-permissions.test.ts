import { listDeployPermissions } from '../../../../lib/operations/deploy/preflight/deploy-permissions';
import type { KubeObject } from '../../../support/cluster/objects';
import { DeployHarness } from '../../../support/deploy-harness';

const metadata = { name: 'a', namespace: 'shop' };
const role = (kind: string, named: object, rules: readonly object[]) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name: 'a', ...named },
  rules,
});
const kept = { ...metadata, annotations: { 'helm.sh/resource-policy': 'keep' } };

test('a deploy needs permissions to write every kind, to remove what is not retained, and those that its roles grant', () => {
  const permissions = listDeployPermissions('shop', [
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
    'shop pods': 'get list delete',
    'shop pods/log': 'get',
    'shop events': 'list',
    'other deployments.apps': 'list',
    'other statefulsets.apps': 'list',
    'other replicasets.apps': 'list',
    'other pods': 'get list delete',
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

const lines = [
  'missing permissions in veza-staging: delete pods, get pods/log, patch networkpolicies.networking.k8s.io, delete statefulsets.apps; `npx veza permissions staging` prints roles that grant them',
  'missing permissions in veza-staging-monitoring: delete pods, get pods/log, patch networkpolicies.networking.k8s.io, delete statefulsets.apps; `npx veza permissions staging` prints roles that grant them',
  'missing permissions in veza-staging-logs: delete pods, get pods/log, patch networkpolicies.networking.k8s.io; `npx veza permissions staging` prints roles that grant them',
  'missing permissions in the whole cluster: get storageclasses.storage.k8s.io; `npx veza permissions staging` prints roles that grant them',
];

test('all missing permissions are reported at once, and together with what else is wrong', async () => {
  const harness = new DeployHarness();
  harness.cluster.deny(
    'delete pods',
    'get pods/log',
    'delete statefulsets.apps',
    'patch networkpolicies.networking.k8s.io',
    'get storageclasses.storage.k8s.io',
  );
  // A UsageError, which has no public messages: nothing but permissions is missing.
  expect(await harness.deploy('v1.0.0', { dryRun: true })).toStrictEqual({ failed: lines });
  const secret = harness.cluster.objects.one<KubeObject>('Secret', 'veza-secrets', 'veza-staging');
  if (!secret) throw new Error('the harness has no Secret');
  const { SMTP_PASSWORD: _, ...data } = secret.data ?? {};
  harness.cluster.objects.put({ ...secret, data });
  const { failed, publicMessages } = await harness.deploy('v1.0.0', { dryRun: true });
  expect(failed).toStrictEqual([
    ...lines,
    'Secret veza-staging/veza-secrets: missing keys: SMTP_PASSWORD; add them, see docs/secrets.md',
  ]);
  expect(publicMessages).toStrictEqual(failed);
});

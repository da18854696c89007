import { formatPermissionRemedy, requirePermissions } from '../../../lib/cluster/permissions';
import { checkHealth } from '../../../lib/operations/health/health';
import { listHealthPermissions, takeSnapshot } from '../../../lib/operations/health/snapshot';
import type { Environment } from '../../../lib/platform/environment';
import { veza } from '../../../lib/veza/veza';
import { DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/environments/staging';
import { operatorMonitoring } from '../../support/operated';

const environment: Environment = {
  ...staging,
  monitoring: { ...operatorMonitoring, priority: 500 },
  logs: { kind: 'none' },
};

const kinds = [
  ['PodMonitor', 'v1'],
  ['Probe', 'v1'],
  ['PrometheusRule', 'v1'],
  ['AlertmanagerConfig', 'v1alpha1'],
] as const;

function definition(kind: string, version: string) {
  const [group, plural] = ['monitoring.coreos.com', `${kind.toLowerCase()}s`];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, names: { kind, plural }, scope: 'Namespaced', versions: [{ name: version, served: true }] },
  };
}

test('a deploy for an operator needs its kinds; then health finds every object', async () => {
  const harness = new DeployHarness(environment);
  const { failed = [] } = await harness.deploy('v1.0.0');
  for (const [kind] of kinds) {
    const name = `${kind.toLowerCase()}s.monitoring.coreos.com`;
    expect(failed).toContainEqual(expect.stringContaining(`the cluster has no kind ${name}; install the Prometheus`));
  }
  for (const [kind, version] of kinds) harness.cluster.objects.create(definition(kind, version));
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(harness.cluster.objects.all('PodMonitor', environment.namespace).length).toBeGreaterThan(5);

  const { cluster } = harness;
  await requirePermissions(
    cluster,
    listHealthPermissions(veza, environment),
    formatPermissionRemedy(environment, 'health'),
  );
  const { rows } = checkHealth(environment, await takeSnapshot(cluster, veza, environment, cluster.clock));
  const presence = rows.filter(({ check }) => check === 'presence');
  expect(presence.map(({ state, object }) => `${state} ${object}`)).toStrictEqual([
    'ok the whole cluster',
    `ok ${environment.namespace}`,
  ]);
});

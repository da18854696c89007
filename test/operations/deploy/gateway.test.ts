import { formatPermissionRemedy, requirePermissions } from '../../../lib/cluster/permissions';
import { listRequirementPermissions } from '../../../lib/operations/deploy/preflight/cluster-requirements';
import { listKindPermissions } from '../../../lib/operations/deploy/preflight/required-kinds';
import { checkHealth } from '../../../lib/operations/health/health';
import { listHealthPermissions, takeSnapshot } from '../../../lib/operations/health/snapshot';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import type { KubeObject } from '../../support/cluster/objects';
import { DeployHarness } from '../../support/deploy-harness';
import { gatewayOfKind } from '../../support/edges';
import { shop, shopTest } from '../../support/shop';
import { staging } from '../../support/small-environment';

const environment = { ...staging, edge: gatewayOfKind('envoy-gateway') };

const kinds = [
  ['gateway.networking.k8s.io/v1', 'Gateway gateways'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute httproutes'],
  ['gateway.envoyproxy.io/v1alpha1', 'ClientTrafficPolicy clienttrafficpolicies'],
  ['gateway.envoyproxy.io/v1alpha1', 'BackendTrafficPolicy backendtrafficpolicies'],
] as const;

function definition(apiVersion: string, names: string, scope = 'Namespaced'): KubeObject {
  const [group = '', version] = apiVersion.split('/');
  const [kind = '', plural = ''] = names.split(' ');
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, names: { kind, plural }, scope, versions: [{ name: version, served: true }] },
  };
}

function clusterObject(apiVersion: string, kind: string, name: string, condition: string): KubeObject {
  const status = { conditions: [{ type: condition, status: 'True' }] };
  return { apiVersion, kind, metadata: { name }, spec: {}, status };
}

test('a deploy behind a Gateway needs its kinds, its class and its issuer; then health finds every object', async () => {
  const harness = new DeployHarness(environment);
  const { objects } = harness.cluster;
  objects.create(definition('gateway.networking.k8s.io/v1', 'GatewayClass gatewayclasses', 'Cluster'));
  const { failed = [] } = await harness.deploy('v1.0.0');
  for (const [apiVersion, names] of kinds) {
    const kind = `${names.split(' ')[1]}.${apiVersion.split('/')[0]}`;
    expect(failed).toContainEqual(expect.stringContaining(`the cluster has no kind ${kind}; install `));
  }
  expect(failed).toEqual(
    expect.arrayContaining([
      'gatewayclass.gateway.networking.k8s.io/public: not found in the cluster; install the Gateway API and its implementation',
      'clusterissuer.cert-manager.io/letsencrypt-gateway: not found in the cluster; install cert-manager and create the issuer',
    ]),
  );
  for (const [apiVersion, names] of kinds) objects.create(definition(apiVersion, names));
  objects.create(clusterObject('gateway.networking.k8s.io/v1', 'GatewayClass', 'public', 'Accepted'));
  objects.create(clusterObject('cert-manager.io/v1', 'ClusterIssuer', 'letsencrypt-gateway', 'Ready'));
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(objects.all('Ingress', environment.namespace)).toStrictEqual([]);

  const { cluster } = harness;
  await requirePermissions(
    cluster,
    listHealthPermissions(veza, environment),
    formatPermissionRemedy(environment, 'health'),
  );
  const health = async () =>
    checkHealth(environment, await takeSnapshot(cluster, veza, environment, cluster.clock)).rows;
  const states = async (check: string) => [
    ...new Set((await health()).filter((row) => row.check === check).map(({ state }) => state)),
  ];
  expect(await states('presence')).toStrictEqual(['ok']);
  expect(await states('gateway')).toStrictEqual(['failed']);
  const accepted = [{ type: 'Accepted', status: 'True' }];
  for (const kind of ['HTTPRoute', 'BackendTrafficPolicy', 'ClientTrafficPolicy']) {
    for (const object of objects.all(kind))
      objects.update({ ...object, status: { parents: [{ conditions: accepted }] } });
  }
  for (const object of objects.all('Gateway')) {
    objects.update({ ...object, status: { conditions: [...accepted, { type: 'Programmed', status: 'True' }] } });
  }
  expect(await states('gateway')).toStrictEqual(['ok']);
});

test('an environment behind an ingress controller asks for nothing of a Gateway', () => {
  const { objects } = renderEnvironment(shop, shopTest);
  expect(listKindPermissions(shopTest, objects)).toStrictEqual([]);
  expect(JSON.stringify(listRequirementPermissions(objects))).not.toContain('gateway');
});

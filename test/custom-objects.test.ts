import { parseAllDocuments } from 'yaml';
import type { KubernetesManifest } from '../lib/manifests/manifest';
import type { Environment } from '../lib/platform/environment';
import type { ClusterDatabase } from '../lib/platform/settings/database-cluster';
import { allGitOpsTools } from '../lib/platform/settings/deployment';
import { gatewaySchema } from '../lib/platform/settings/edge';
import { makeGitOpsFiles } from '../lib/synth/gitops';
import { buildEnvironment } from '../lib/synth/render-environment';
import { veza } from '../lib/veza/veza';
import { customObjects, customObjectViolations, definitions } from './support/cel/definitions';
import { changed } from './support/changed';
import { clustered, databaseCluster } from './support/clustered';
import { gatewayOfKind } from './support/edges';
import { shop, shopTest } from './support/shop';
import { staging as small } from './support/small-environment';

/** The custom objects of staging with a database cluster and with Secrets from a store. */
function stagingWith(database: ClusterDatabase): readonly KubernetesManifest[] {
  const secrets = {
    storeKind: 'SecretStore',
    storeName: 'vault',
    remoteKey: 'veza/staging',
    refreshInterval: '1h',
  } as const;
  const environment: Environment<typeof veza> = { ...clustered, secrets: { kind: 'external', ...secrets }, database };
  return customObjects(Object.values(buildEnvironment(veza, environment).files).flat());
}

/** The objects of each GitOps tool. */
function deliveredByGitOps(): readonly KubernetesManifest[] {
  const environments = allGitOpsTools.map((tool) => ({
    ...shopTest,
    name: tool,
    deployment: { ...shopTest.deployment, delivery: tool },
  }));
  const source = { repository: 'https://git.test/shop/manifests', branch: 'main', path: 'dist' };
  const outputs = environments.map(({ name }) => ({ source: name, files: { [name]: [] } }));
  return makeGitOpsFiles({ platform: shop.name, source, environments, outputs })
    .flatMap(({ content }) => parseAllDocuments(content))
    .map((document) => document.toJSON());
}

/** The objects of the Gateway of each implementation, with all that its policies may state. */
function behindGateways(): readonly KubernetesManifest[] {
  const { monitoring, logs } = small;
  const balancers = [[], ['10.0.2.0/24']];
  const cases = (['envoy-gateway', 'nginx-gateway-fabric'] as const).flatMap((implementation) =>
    (['forwarded', 'proxy-protocol'] as const).flatMap((clientAddress) =>
      balancers.map((balancerCidrs) => ({ ...gatewayOfKind(implementation), clientAddress, balancerCidrs })),
    ),
  );
  const valid = cases.filter((gateway) => gatewaySchema.safeParse(gateway).success);
  return valid.flatMap((gateway, index) => {
    const namespace = `veza-gateway-${index}`;
    const { files } = buildEnvironment(veza, { ...small, namespace, edge: gateway, monitoring, logs });
    return customObjects(Object.values(files).flat());
  });
}

const first = stagingWith(databaseCluster);
const recovered = stagingWith({
  ...databaseCluster,
  cluster: 'postgres-cluster-2',
  start: { kind: 'recovery', from: 'postgres-cluster', time: '2026-11-29T01:15:00Z' },
});
const all = [...first, ...deliveredByGitOps(), ...behindGateways()];

test('the rules of their definitions accept our custom objects', () => {
  expect(customObjectViolations(all)).toEqual([]);
  expect(customObjectViolations(recovered)).toEqual([]);
});

test('they accept our updates too, such as to a recovered Cluster', () => {
  expect(customObjectViolations(all, all)).toEqual([]);
  expect(customObjectViolations(recovered, first)).toEqual([]);
});

test('each definition says of which project and version it is', () => {
  const sources = Object.values(definitions).map(({ source }) => source);
  expect(sources.filter((source) => !/^[A-Z]?[\w -]+ \d+\.\d+/i.test(source))).toEqual([]);
});

test('a kind without its definition is an error', () => {
  const other = { apiVersion: 'example.test/v1', kind: 'Other', metadata: { name: 'other' } };
  expect(() => customObjectViolations([other])).toThrow('example.test/v1 Other: no definition');
});

test.each<[kind: string, path: string, value: unknown, violation: string]>([
  ['Cluster', 'spec.imageCatalogRef', { kind: 'ImageCatalog', apiGroup: 'a.test', name: 'a', major: 15 }, 'imageName'],
  [
    'Cluster',
    'spec.postgresql.synchronous.number',
    0,
    'The number of synchronous replicas should be greater than zero',
  ],
  ['Cluster', 'spec.bootstrap.initdb.icuLocale', 'en', 'icuLocale is only available'],
  ['ObjectStore', 'spec.configuration.serverName', 'other', "use the 'serverName' plugin parameter"],
  ['ObjectStore', 'spec.instanceSidecarConfiguration.additionalContainerArgs', ['--log-level=info'], 'log-level'],
  ['Gateway', 'spec.listeners.1.tls.certificateRefs', [], 'certificateRefs or options must be specified'],
  [
    'HTTPRoute',
    'spec.rules.0.timeouts',
    { request: '5s', backendRequest: '10s' },
    'backendRequest timeout cannot be longer',
  ],
  ['BackendTrafficPolicy', 'spec.httpUpgrade', [{ type: 'websocket' }], 'requestBuffer cannot be used together'],
  ['BackendTrafficPolicy', 'spec.targetRefs.0.kind', 'Service', 'this policy can only have a targetRefs[*].kind'],
  ['ClientTrafficPolicy', 'spec.clientIPDetection.directSourceIP', {}, 'exactly one of xForwardedFor'],
  [
    'ClientTrafficPolicy',
    'spec.clientIPDetection.xForwardedFor.trustedCIDRs',
    ['10.0.2.0/24'],
    'only one of numTrustedHops or trustedCIDRs',
  ],
  ['NginxProxy', 'spec.rewriteClientIP.trustedAddresses', [], 'trustedAddresses is a required field'],
  ['RateLimitPolicy', 'spec.rateLimit.local.rules.0.delay', 5, 'NoDelay cannot be true'],
  ['ClientSettingsPolicy', 'spec.targetRef.kind', 'Service', 'TargetRef Kind must be one of'],
  ['GitRepository', 'spec.serviceAccountName', 'git', 'serviceAccountName can only be set'],
  ['Kustomization', 'spec.kubeConfig', {}, 'exactly one of spec.kubeConfig'],
])('they refuse a %s with another %s', (kind, path, value, violation) => {
  const object = all.find((each) => each.kind === kind);
  expect(customObjectViolations([changed(object as KubernetesManifest, path, value)])).toContainEqual(
    expect.stringContaining(violation),
  );
});

test('they refuse that the backups of a Cluster become those of another', () => {
  const backup = first.find(({ kind }) => kind === 'ScheduledBackup') as KubernetesManifest;
  const moved = changed(backup, 'spec.cluster.name', 'postgres-cluster-2');
  expect(customObjectViolations([moved], [backup])).toEqual([expect.stringContaining('.spec.cluster: ')]);
});

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../lib/platform/environment';
import { ValidationError } from '../../lib/platform/errors';
import { definePlatform } from '../../lib/platform/platform';
import { text } from '../../lib/platform/service-settings';
import { type SynthOptions, synthesize } from '../../lib/synth/synthesize';
import { changed } from '../support/changed';
import { idOf, readManifests } from '../support/manifests';
import { withFolder } from '../support/program';
import { catalog, shop, shopTest } from '../support/shop';

function options(folder: string): SynthOptions<typeof shop> {
  return {
    platform: shop,
    environments: [shopTest],
    cluster: 'none',
    outdir: join(folder, 'dist'),
    secretsDir: join(folder, 'secrets'),
    secretValues: () => ({}),
  };
}

/** The lines of the error with which a synth fails. It must not have written anything. */
function problems(change: Partial<SynthOptions<typeof shop>>): readonly string[] {
  return withFolder((folder) => {
    try {
      synthesize({ ...options(folder), ...change });
    } catch (error) {
      expect(readdirSync(folder)).toStrictEqual([]);
      if (error instanceof ValidationError) return error.problems;
      throw error;
    }
    throw new Error('the synth did not fail');
  });
}

test('reports the files it wrote, with their objects', () => {
  withFolder((folder) => {
    const { files, notices } = synthesize({ ...options(folder), cluster: { namespace: 'nodes', maximumNodes: 3 } });
    expect(files.map(({ path, objects, secret }) => [path, objects, secret])).toStrictEqual([
      [join(folder, 'dist/cluster.k8s.yaml'), 7, false],
      [join(folder, 'dist/test.k8s.yaml'), 16, false],
      [join(folder, 'dist/test-monitoring.k8s.yaml'), 38, false],
      [join(folder, 'dist/test-dashboards.k8s.yaml'), 3, false],
    ]);
    expect(notices).toStrictEqual([
      'test: expects the Secret shop-test/shop-secrets with DB_PASSWORD',
      'test: expects the Secret shop-test-monitoring/shop-monitoring-secrets with GRAFANA_ADMIN_PASSWORD, GRAFANA_SECRET_KEY, CRITICAL_SLACK_URL, WARNING_SLACK_URL',
    ]);
    const written = readManifests(join(folder, 'dist'));
    expect([...written].map(([name, objects]) => [name, objects.length])).toStrictEqual([
      ['cluster.k8s.yaml', 7],
      ['test-dashboards.k8s.yaml', 3],
      ['test-monitoring.k8s.yaml', 38],
      ['test.k8s.yaml', 16],
    ]);
  });
});

test('an environment whose stores somebody else runs has its own objects alone', () => {
  withFolder((folder) => {
    synthesize(options(folder));
    expect(readManifests(join(folder, 'dist')).get('test.k8s.yaml')?.map(idOf)).toStrictEqual([
      'Namespace/shop-test',
      'PriorityClass/shop-test-services',
      'PriorityClass/shop-test-stores',
      'ServiceAccount/shop-service-account',
      'Role/prometheus',
      'RoleBinding/prometheus',
      'Role/kube-state-metrics',
      'RoleBinding/kube-state-metrics',
      'ConfigMap/shop-config',
      'NetworkPolicy/default-deny',
      'NetworkPolicy/shop-catalog',
      'ResourceQuota/shop-quota',
      'LimitRange/shop-limits',
      'Deployment/shop-catalog',
      'Service/shop-catalog-service',
      'PodDisruptionBudget/shop-catalog',
    ]);
  });
});

test('secret values stand in their own file', () => {
  withFolder((folder) => {
    const environments = [{ ...shopTest, secrets: { kind: 'values' } } as const];
    const report = synthesize({ ...options(folder), environments, secretValues: () => ({ DB_PASSWORD: 'swordfish' }) });
    expect(report.files.map(({ path, secret }) => [path, secret])).toStrictEqual([
      [join(folder, 'dist/test.k8s.yaml'), false],
      [join(folder, 'dist/test-monitoring.k8s.yaml'), false],
      [join(folder, 'dist/test-dashboards.k8s.yaml'), false],
      [join(folder, 'secrets/test.k8s.yaml'), true],
    ]);
    expect(report.notices).toStrictEqual([
      'test: expects the Secret shop-test-monitoring/shop-monitoring-secrets with GRAFANA_ADMIN_PASSWORD, GRAFANA_SECRET_KEY, CRITICAL_SLACK_URL, WARNING_SLACK_URL',
    ]);
  });
});

test('two environments may not share a name, and nothing that follows from it', () => {
  expect(problems({ environments: [shopTest, shopTest] })).toStrictEqual([
    'test.name: "test": is test\'s already; choose another',
    'test.namespace: "shop-test": is test\'s already; choose another',
    'test.namespace: "shop-test-monitoring": is test\'s already; choose another',
    'test.domain: "shop.test": is test\'s already; choose another',
  ]);
});

test('the problems of all environments and of their secrets are told at once', () => {
  const other = { ...shopTest, name: 'other', namespace: 'other', domain: 'other.test' };
  const environments = [
    changed(shopTest, 'services.catalog.scaling.replicas', 0),
    { ...changed(other, 'apiServer.ports', [0]), secrets: { kind: 'values' } } as const,
  ];
  expect(problems({ environments })).toStrictEqual([
    'test.services.catalog.scaling.replicas: 0: use at least 1',
    'other.apiServer.ports.0: 0: use 1 to 65535',
    'other.secrets: secret DB_PASSWORD is missing; supply it',
  ]);
});

test('refuses a cluster that cannot be', () => {
  expect(problems({ cluster: { namespace: 'Nodes', maximumNodes: 0 } })).toStrictEqual([
    'cluster.namespace: "Nodes": use lower-case letters, digits and inner hyphens, at most 63',
    'cluster.maximumNodes: 0: use at least 1',
  ]);
});

test("the cluster's problems are told together with those of the environments", () => {
  const environments = [changed(shopTest, 'services.catalog.scaling.replicas', 0)];
  expect([...problems({ environments, cluster: { namespace: 'nodes', maximumNodes: 0 } })].sort()).toStrictEqual([
    'cluster.maximumNodes: 0: use at least 1',
    'test.services.catalog.scaling.replicas: 0: use at least 1',
  ]);
});

test('the cluster may not take the namespace of an environment', () => {
  expect(problems({ cluster: { namespace: 'shop-test', maximumNodes: 3 } })).toStrictEqual([
    'cluster.namespace: "shop-test": is test\'s already; choose another',
  ]);
});

test('removes the stale files of what it wrote, and no other', () => {
  withFolder((folder) => {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/cluster.k8s.yaml'), 'of a time when the cluster was ours');
    writeFileSync(join(folder, 'dist/other.k8s.yaml'), 'of an environment that is not asked for');
    synthesize(options(folder));
    expect(readdirSync(join(folder, 'dist'))).toStrictEqual([
      'other.k8s.yaml',
      'test-dashboards.k8s.yaml',
      'test-monitoring.k8s.yaml',
      'test.k8s.yaml',
    ]);
  });
});

test('a registry asks for credentials, and a store is found by the name of a Service: both live outside', () => {
  withFolder((folder) => {
    const environments = [
      {
        ...shopTest,
        imagePullSecrets: ['regcred'],
        cache: { kind: 'managed', host: 'valkey', port: 6379, cidr: '10.3.0.7/32' } as const,
      },
    ];
    const { notices } = synthesize({ ...options(folder), environments });
    expect(notices).toContain('test: expects the Secret shop-test/regcred with .dockerconfigjson');
    const account = readManifests(join(folder, 'dist'))
      .get('test.k8s.yaml')
      ?.find((object) => idOf(object) === 'ServiceAccount/shop-service-account');
    expect(account).toMatchObject({ imagePullSecrets: [{ name: 'regcred' }] });
  });
});

test('an object that manifests rely on is stated, or missed', () => {
  const platform = definePlatform({
    ...shop,
    settings: { ...shop.settings, MAIL_HOST: text() },
    services: [{ ...catalog, settings: ['GREETING', 'MAIL_HOST'] }],
  });
  const environment = { ...shopTest, settings: { ...shopTest.settings, MAIL_HOST: 'mailhog' } };
  const external = [{ kind: 'Service', namespace: 'shop-test', name: 'mailhog' }] as const;
  const synth = (stated: Environment['external']) => () =>
    withFolder((folder) => {
      const { outdir, secretsDir, secretValues } = options(folder);
      const environments = [{ ...environment, external: stated }];
      synthesize<typeof platform>({ platform, environments, cluster: 'none', outdir, secretsDir, secretValues });
    });
  expect(synth([])).toThrow('MAIL_HOST is "mailhog"');
  expect(synth(external)).not.toThrow();
});

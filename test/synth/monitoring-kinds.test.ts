import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { MonitoringChart } from '../../lib/charts/monitoring-chart';
import { OperatorChart } from '../../lib/charts/operator-chart';
import { lintManifests } from '../../lib/lint/lint-manifests';
import { listHealthPermissions } from '../../lib/operations/health/snapshot';
import { type Environment, listEnvironmentNamespaces } from '../../lib/platform/environment';
import { validateEnvironment } from '../../lib/platform/environment-validation';
import { definePlatform, type Platform } from '../../lib/platform/platform';
import { nameEnvironmentFiles } from '../../lib/synth/environment-charts';
import { listEnvironmentSecrets } from '../../lib/synth/environment-secrets';
import { listNotices } from '../../lib/synth/notices';
import { buildEnvironment, lintOutput } from '../../lib/synth/render-environment';
import { synthesize } from '../../lib/synth/synthesize';
import { backendApi } from '../../lib/veza/services/backend-api';
import { veza } from '../../lib/veza/veza';
import { mutateReferences } from '../lint/mutations';
import { changed } from '../support/changed';
import { clustered, databaseCluster } from '../support/clustered';
import { production } from '../support/environments/production';
import { staging } from '../support/environments/staging';
import { operated, operatorMonitoring } from '../support/operated';
import { withFolder } from '../support/program';
import { catalog, shop, shopTest } from '../support/shop';

const monitoring = { kind: 'none' } as const;
const logs = { kind: 'none' } as const;
const ofCluster = { kind: 'cluster' } as const;
const ofShop = {
  ...operatorMonitoring,
  priority: 50,
  objectives: { catalog: 99 },
  dashboards: { kind: 'grafana-operator', instanceLabels: { dashboards: 'grafana' }, folder: 'Shop' },
} as const;

const cases: readonly [string, Platform, Environment][] = [
  ['managed stores', shop, { ...shopTest, monitoring }],
  ['stores in the cluster', veza, { ...production, monitoring, logs }],
  ['a database cluster', veza, { ...clustered, monitoring, logs }],
];

describe.each(cases)('without monitoring, with %s', (_, platform, environment) => {
  const output = buildEnvironment(platform, environment);
  const objects = Object.values(output.files).flat();
  const servers = `${environment.namespace}-monitoring`;

  test('one file is made, and the linter finds nothing in it', () => {
    expect(validateEnvironment(platform, environment)).toStrictEqual([]);
    expect(Object.keys(output.files)).toStrictEqual([environment.name]);
    expect(nameEnvironmentFiles(environment)).toStrictEqual([environment.name]);
    expect(lintOutput(output)).toStrictEqual([]);
  });

  test('no object and no connection refers to monitoring servers', () => {
    expect(JSON.stringify(objects)).not.toContain(servers);
    expect(JSON.stringify(output.check.graphs)).not.toContain(servers);
    expect(objects.filter(({ kind }) => kind === 'NetworkPolicy').length).toBeGreaterThan(1);
  });

  test('no Secret, notice or permission of monitoring servers is needed', () => {
    expect(listEnvironmentSecrets(platform, environment).map(({ where }) => where)).not.toContain(
      `${environment.name}.monitoring.secrets`,
    );
    expect(listNotices(platform, environment).join('\n')).not.toContain(servers);
    expect(JSON.stringify(listHealthPermissions(platform, environment))).not.toContain(servers);
  });
});

test('without monitoring, no reference can be renamed without a finding', () => {
  const { files, check } = buildEnvironment(shop, { ...shopTest, monitoring });
  const exemptions = [
    { pattern: /ports\[1\]\.containerPort/, reason: 'no one collects the metrics' },
    { pattern: /configMap\.items\[0\]\.key/, reason: 'the ConfigMap of the authority is outside the set' },
  ];
  const report = mutateReferences(Object.values(files).flat(), check, exemptions);
  expect(report).toMatchObject({ missed: [], stale: [] });
  expect(report.made).toBeGreaterThan(20);
});

test('an environment that is monitored no more loses the files of its monitoring', () => {
  withFolder((folder) => {
    const outdir = join(folder, 'dist');
    mkdirSync(outdir);
    for (const { kind, left } of [
      { kind: 'bundled', left: ['test-monitoring.k8s.yaml', 'test.dashboards.k8s.yaml', 'test.k8s.yaml'] },
      { kind: 'none', left: ['mine.yaml', 'test.k8s.yaml'] },
    ] as const) {
      const environment = kind === 'none' ? { ...shopTest, monitoring } : shopTest;
      const folders = { outdir, secretsDir: join(folder, 'secrets') };
      synthesize({
        platform: shop,
        environments: [environment],
        cluster: 'none',
        secretValues: () => ({}),
        ...folders,
      });
      expect(readdirSync(outdir).sort()).toStrictEqual(left);
      writeFileSync(join(outdir, 'mine.yaml'), 'kind: List\n');
    }
  });
});

describe.each([
  ['managed stores and a hidden service', shop, { ...shopTest, monitoring: ofShop }],
  ['stores in the cluster', veza, operated],
  ['a database cluster and no logs', veza, { ...operated, logs, database: databaseCluster }],
  [
    'the receivers of the cluster',
    veza,
    { ...operated, logs, monitoring: { ...operatorMonitoring, alerts: ofCluster } },
  ],
] as readonly [string, Platform, Environment][])('with an operator and %s', (_, platform, environment) => {
  const output = buildEnvironment(platform, environment);
  const objects = Object.values(output.files).flat();

  test('the linter finds nothing, and no namespace of monitoring servers is made', () => {
    expect(validateEnvironment(platform, environment)).toStrictEqual([]);
    expect(Object.keys(output.files)).toStrictEqual(nameEnvironmentFiles(environment));
    expect(lintOutput(output)).toStrictEqual([]);
    const namespaces = new Set(objects.map(({ metadata }) => metadata.namespace ?? environment.namespace));
    expect([...namespaces]).toStrictEqual(listEnvironmentNamespaces(environment));
    expect(JSON.stringify([objects, listHealthPermissions(platform, environment)])).not.toContain(
      `${environment.namespace}-monitoring"`,
    );
  });

  test('the operator selects every object of its kinds by its labels', () => {
    const custom = objects.filter(({ apiVersion }) => apiVersion.startsWith('monitoring.coreos.com/'));
    expect(custom.length).toBeGreaterThan(10);
    expect(custom.filter(({ metadata }) => metadata.labels?.release !== 'kube-prometheus-stack')).toStrictEqual([]);
  });

  test('the Prometheus of the cluster may scrape what it is told to scrape, and asks for nothing else', () => {
    const [graph] = output.check.graphs ?? [];
    const scrapes = (graph?.connections ?? []).filter(
      ({ from }) => from.kind === 'namespace' && from.name === 'monitoring',
    );
    const monitors = objects.filter(({ kind }) => kind === 'PodMonitor' || kind === 'Probe');
    const monitored = monitors.filter(({ metadata }) => metadata.namespace === environment.namespace).length - 1;
    expect(scrapes).toHaveLength(monitored);
    expect(new Set(scrapes.map(({ from }) => JSON.stringify(from)))).toStrictEqual(
      new Set([JSON.stringify({ kind: 'namespace', name: 'monitoring', ...operatorMonitoring.prometheus })]),
    );
  });

  test('the Secret of the receivers is asked for where their AlertmanagerConfig is', () => {
    const config = objects.find(({ kind }) => kind === 'AlertmanagerConfig');
    const secrets = listEnvironmentSecrets(platform, environment).filter(({ where }) => where.includes('.monitoring.'));
    expect(secrets.map(({ namespaceScope }) => namespaceScope.namespace)).toStrictEqual(
      config === undefined ? [] : [environment.namespace],
    );
    const keys = [...JSON.stringify(config ?? {}).matchAll(/"key":"([A-Z_]+)"/g)].map(([, key]) => key);
    expect(new Set(secrets.flatMap((secret) => secret.keys))).toStrictEqual(new Set(keys));
  });
});

test('with an operator, no reference can be renamed without a finding', () => {
  const platform = definePlatform({ ...shop, services: [{ ...catalog, exposure: backendApi.exposure }] });
  const environment = { ...shopTest, monitoring: { ...ofShop, dashboards: operatorMonitoring.dashboards } };
  const { files, check } = buildEnvironment(platform, environment);
  const exemptions = [
    { pattern: /configMap\.items\[0\]\.key/, reason: 'the ConfigMap of the authority is outside the set' },
    { pattern: /Ingress\/.*secretName/, reason: 'cert-manager makes it under any name' },
    { pattern: /kubernetes-pods: spec\.selector/, reason: 'leaves out pods that have a monitor' },
  ];
  const report = mutateReferences(Object.values(files).flat(), check, exemptions);
  expect(report).toMatchObject({ missed: [], stale: [] });
  expect(report.made).toBeGreaterThan(50);
});

test('with an operator, what a monitor no longer selects is missed by the rules on it', () => {
  const { files, check } = buildEnvironment(veza, operated);
  const objects = Object.values(files).flat();
  for (const [name, metric] of [
    ['postgres', 'pg_up'],
    ['redis', 'redis_up'],
    ['veza-backend-api', 'http_requests_total'],
  ] as const) {
    const left = objects.filter(({ kind, metadata }) => kind !== 'PodMonitor' || metadata.name !== name);
    const found = lintManifests(left, { ...check, rules: ['exported-metrics'] }).map(({ message }) => message);
    expect(found).toContain(`no monitor selects what exports ${metric}`);
  }
});

test('the operator of Grafana imports the dashboards of the ConfigMaps', () => {
  const { files, check } = buildEnvironment(shop, { ...shopTest, monitoring: ofShop });
  const objects = Object.values(files).flat();
  expect(objects.filter(({ kind }) => kind === 'GrafanaDashboard')).toHaveLength(2);
  const exemptions = [
    { pattern: /configMap\.items\[0\]\.key/, reason: 'the ConfigMap of the authority is outside the set' },
    { pattern: /kubernetes-pods: spec\./, reason: 'there are no such pods' },
    { pattern: /instanceSelector/, reason: 'Grafana is outside the set' },
  ];
  expect(mutateReferences(objects, check, exemptions)).toMatchObject({ missed: [], stale: [] });
});

test('with an operator, the Grafana of the cluster reads the Loki of the environment, and dashboards select it', () => {
  for (const dashboards of [operatorMonitoring.dashboards, ofShop.dashboards]) {
    const environment = { ...operated, monitoring: { ...operatorMonitoring, dashboards } };
    const output = buildEnvironment(veza, environment);
    const { files, check } = output;
    expect(lintOutput(output)).toStrictEqual([]);
    const text = JSON.stringify(files['production.dashboards']);
    expect(text).toContain('http://loki.veza-production.svc:3100');
    expect(text).toContain('Loki (production)');
    expect(text.match(/\^Loki \\+\(production\\+\)\$/g)).toHaveLength(3);
    const readers = (check.graphs ?? []).flatMap(({ connections }) =>
      connections.filter(({ from }) => from.kind === 'namespace' && from.name === 'Grafana'),
    );
    expect(readers).toHaveLength(1);
    const objects = JSON.stringify(Object.values(files).flat());
    const wrong = JSON.parse(objects.replaceAll('//loki.veza-production', '//lokj.veza-production'));
    const found = lintManifests(wrong, { ...check, rules: ['data-sources'] }).map(({ message }) => message);
    expect(found.join()).toContain('Service lokj does not exist');
  }
});

test('logs are not collected where nothing reads them', () => {
  expect(validateEnvironment(veza, { ...staging, monitoring })).toStrictEqual([
    'staging.logs.kind: "loki": needs monitoring, and monitoring.kind is none; state bundled or operator there, or none here',
  ]);
});

test('a chart for an operator is refused where none is stated', () => {
  expect(() => new OperatorChart(new App(), 'monitoring', { platform: shop, environment: shopTest })).toThrow(
    'test.monitoring.kind: "bundled": is not monitored by an operator; state operator, or make no OperatorChart',
  );
});

test('what an operator could not use is refused', () => {
  const problems = (path: string, value: unknown) => validateEnvironment(veza, changed(operated, path, value));
  expect(problems('monitoring.labels', { release: 'no value!' })).toStrictEqual([
    'production.monitoring.labels.release: "no value!": use the value of a label, at most 63 characters',
  ]);
  expect(problems('monitoring.prometheus.podLabels', {})).toStrictEqual([
    'production.monitoring.prometheus.podLabels: {}: is empty; name at least one label',
  ]);
  expect(problems('monitoring.alerts', { kind: 'mail' })).toStrictEqual([
    'production.monitoring.alerts.kind: "mail": use one of cluster, receivers',
  ]);
  expect(problems('monitoring.dashboards', { kind: 'none', labels: {} })).toStrictEqual([
    'production.monitoring.dashboards.labels: is not a field here; remove it',
  ]);
  expect(problems('monitoring.priority', 100_000_000)).toHaveLength(1);
});

test('a chart of monitoring servers is refused where none are stated', () => {
  const props = { platform: shop, environment: { ...shopTest, monitoring } };
  expect(() => new MonitoringChart(new App(), 'monitoring', props)).toThrow(
    'test.monitoring.kind: "none": has no servers; state bundled, or make no MonitoringChart',
  );
});

test('a kind that does not exist is refused with those that do, and so is a field of the other kind', () => {
  expect(validateEnvironment(veza, changed(staging, 'monitoring.kind', undefined))).toStrictEqual([
    'staging.monitoring.kind: is missing; state it',
  ]);
  expect(validateEnvironment(veza, changed(staging, 'monitoring.kind', 'zabbix'))).toStrictEqual([
    'staging.monitoring.kind: "zabbix": use one of bundled, operator, none',
  ]);
  expect(validateEnvironment(shop, changed({ ...shopTest, monitoring }, 'monitoring.priority', 5))).toStrictEqual([
    'test.monitoring.priority: is not a field here; remove it',
  ]);
});

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { MonitoringChart } from '../../lib/charts/monitoring-chart';
import { healthPermissions } from '../../lib/operations/health/health-permissions';
import type { Environment } from '../../lib/platform/environment';
import { validateEnvironment } from '../../lib/platform/environment-validation';
import type { Platform } from '../../lib/platform/platform';
import { environmentSecrets } from '../../lib/synth/environment-secrets';
import { notices } from '../../lib/synth/notices';
import { buildEnvironment, environmentFiles, lintProblems } from '../../lib/synth/render-environment';
import { synthesize } from '../../lib/synth/synthesize';
import { production } from '../../lib/veza/environments/production';
import { staging } from '../../lib/veza/environments/staging';
import { veza } from '../../lib/veza/veza';
import { mutateReferences } from '../lint/mutations';
import { changed } from '../support/changed';
import { clustered } from '../support/clustered';
import { withFolder } from '../support/program';
import { shop, shopTest } from '../support/shop';

const monitoring = { kind: 'none' } as const;
const logs = { kind: 'none' } as const;

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
    expect(environmentFiles(environment)).toStrictEqual([environment.name]);
    expect(lintProblems(output)).toStrictEqual([]);
  });

  test('no object and no connection refers to monitoring servers', () => {
    expect(JSON.stringify(objects)).not.toContain(servers);
    expect(JSON.stringify(output.check.graphs)).not.toContain(servers);
    expect(objects.filter(({ kind }) => kind === 'NetworkPolicy').length).toBeGreaterThan(1);
  });

  test('no Secret, notice or permission of monitoring servers is asked for', () => {
    expect(environmentSecrets(platform, environment).map(({ where }) => where)).not.toContain(
      `${environment.name}.monitoring.secrets`,
    );
    expect(notices(platform, environment).join('\n')).not.toContain(servers);
    expect(JSON.stringify(healthPermissions(platform, environment))).not.toContain(servers);
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

test('logs are not collected where no servers are made beside which Loki runs', () => {
  expect(validateEnvironment(veza, { ...staging, monitoring })).toStrictEqual([
    'staging.logs.kind: "loki": runs beside monitoring servers, and monitoring.kind is none; state bundled there, or none here',
  ]);
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
    'staging.monitoring.kind: "zabbix": use one of bundled, none',
  ]);
  expect(validateEnvironment(shop, changed({ ...shopTest, monitoring }, 'monitoring.priority', 5))).toStrictEqual([
    'test.monitoring.priority: is not a field here; remove it',
  ]);
});

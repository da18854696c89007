import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeAlertmanagerConfiguration } from '../../lib/constructs/monitoring/alerting/alertmanager-configuration';
import { buildEnvironment } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { production } from '../support/environments/production';
import { staging } from '../support/environments/staging';
import { operated } from '../support/operated';
import { alertmanagerYaml } from '../support/operator-translation';
import { clusterObjects, filesOf } from './monitoring/synthesized';
import { installTools, runTool } from './monitoring/tools';

/** A new folder for each test: rules of another environment would be found as well. */
let folder: string;
const environments = [production, staging].map((environment) => ({
  environment,
  objects: clusterObjects(environment),
}));

beforeAll(installTools, 120_000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'monitoring-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes files as they would stand in a pod, with other folders than there. */
function written(files: Readonly<Record<string, string>>, moved: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(
      path,
      Object.entries(moved).reduce((text, [from, to]) => text.replaceAll(from, to), content),
    );
    return path;
  });
}

describe.each(environments)('$environment.name', ({ environment, objects }) => {
  test('promtool accepts the configuration and its rules, and has nothing to remark', async () => {
    written({ token: 'token', 'ca.crt': '' }, {});
    const rules = written(filesOf(objects, 'prometheus-rules'), {});
    const [config = ''] = written(filesOf(objects, 'prometheus-config'), {
      '/etc/prometheus-rules': folder,
      '/var/run/secrets/kubernetes.io/serviceaccount': folder,
    });
    const checks = await Promise.all([
      runTool('promtool', 'check', 'config', '--lint=all', '--lint-fatal', config),
      runTool('promtool', 'check', 'rules', '--lint=all', '--lint-fatal', ...rules),
    ]);
    expect(checks.filter(({ code }) => code !== 0)).toEqual([]);
    expect(checks[0]?.output).toContain(`SUCCESS: ${rules.length} rule files found`);
    expect(rules.length).toBeGreaterThan(5);
  });

  test('amtool accepts the configuration, and each alert goes where it should', async () => {
    const [config = ''] = written(filesOf(objects, 'alertmanager-config'), {});
    expect(await runTool('amtool', 'check-config', config)).toMatchObject({ code: 0 });
    const routes = await Promise.all(
      [
        ['severity=none', 'alertname=Watchdog'],
        ['severity=critical', 'alertname=HostUnreachable'],
        ['severity=warning', 'alertname=TargetDown'],
        ['alertname=Unheard'],
      ].map((labels) => runTool('amtool', 'config', 'routes', 'test', `--config.file=${config}`, ...labels)),
    );
    expect(routes.map(({ output }) => output.trim())).toEqual(['dead-mans-switch', 'critical', 'warning', 'warning']);
    expect(environment.monitoring.receivers.critical.some(({ kind }) => kind === 'pagerduty')).toBe(
      environment.name === 'production',
    );
  });

  test('the blackbox exporter accepts its configuration', async () => {
    const [config = ''] = written(filesOf(objects, 'blackbox-exporter-config'), {});
    expect(await runTool('blackbox_exporter', '--config.check', `--config.file=${config}`)).toMatchObject({ code: 0 });
  });
});

test('amtool accepts receivers of every kind', async () => {
  const email = { from: 'alerts@veza.app', host: 'smtp.veza.app', port: 587, username: 'alerts' };
  const receivers = {
    critical: [{ kind: 'pagerduty' }, { kind: 'slack', channel: '#incidents' }],
    warning: [{ kind: 'email', to: 'team@veza.app', ...email }, { kind: 'webhook' }],
    deadMansSwitch: 'webhook',
  } as const;
  const [config = ''] = written(
    { 'all.yml': writeAlertmanagerConfiguration(receivers, '/etc/alertmanager-secrets') },
    {},
  );
  expect(await runTool('amtool', 'check-config', config)).toMatchObject({ code: 0 });
});

describe.each(['OnNamespace', 'None'] as const)('an Alertmanager of the cluster with the strategy %s', (strategy) => {
  const config = Object.values(buildEnvironment(veza, operated).files)
    .flat()
    .find(({ kind }) => kind === 'AlertmanagerConfig');
  const secret = (key: string) => (key.endsWith('_URL') ? `https://hooks.test/${key}` : key);

  test('amtool accepts the AlertmanagerConfig, and each alert goes where it should', async () => {
    if (config === undefined) throw new Error('there is no AlertmanagerConfig');
    const [file = ''] = written({ 'operated.yml': stringify(alertmanagerYaml(config, strategy, secret)) }, {});
    expect(await runTool('amtool', 'check-config', file)).toMatchObject({ code: 0 });
    const own = ['environment=production', 'namespace=veza-production'];
    const routes = await Promise.all(
      [
        [...own, 'severity=none', 'alertname=Watchdog'],
        [...own, 'severity=critical', 'alertname=HostUnreachable'],
        [...own, 'severity=warning', 'alertname=TargetDown'],
        [...own, 'alertname=Unheard'],
        ['namespace=veza-production', 'severity=critical', 'alertname=KubePodCrashLooping'],
        ['environment=staging', 'namespace=veza-staging', 'severity=critical', 'alertname=HostUnreachable'],
        ['severity=none', 'alertname=Watchdog'],
      ].map((labels) => runTool('amtool', 'config', 'routes', 'test', `--config.file=${file}`, ...labels)),
    );
    const place = 'veza-production/veza';
    expect(routes.map(({ output }) => output.trim())).toEqual([
      `${place}/dead-mans-switch`,
      `${place}/critical`,
      `${place}/warning`,
      `${place}/warning`,
      'null',
      'null',
      'null',
    ]);
  });
});

test('promtool accepts every PrometheusRule, and has nothing to remark', async () => {
  const groups = Object.values(buildEnvironment(veza, operated).files)
    .flat()
    .flatMap((object) => (object.kind === 'PrometheusRule' ? (object as unknown as RuleObject).spec.groups : []));
  expect(groups.length).toBeGreaterThan(10);
  const [file = ''] = written({ 'operated.yaml': stringify({ groups }) }, {});
  expect(await runTool('promtool', 'check', 'rules', '--lint=all', '--lint-fatal', file)).toMatchObject({ code: 0 });
});

interface RuleObject {
  readonly spec: { readonly groups: readonly object[] };
}

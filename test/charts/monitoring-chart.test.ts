import { App } from 'cdk8s';
import { DashboardsChart, MonitoringChart } from '../../lib/charts/monitoring-chart';

import { observedResources } from '../../lib/constructs/monitoring/kube-state-metrics';
import type { Environment } from '../../lib/platform/environment';
import { veza } from '../../lib/veza/veza';
import { production } from '../support/environments/production';
import { staging } from '../support/environments/staging';

const objects = new Map([production, staging].map((environment) => [environment.name, objectsOf(environment)]));

function objectsOf(environment: Environment<typeof veza>) {
  const monitoring = new MonitoringChart(new App(), `${environment.name}-monitoring`, { platform: veza, environment });
  const dashboards = new DashboardsChart(new App(), `${environment.name}-dashboards`, monitoring);
  return [monitoring, dashboards].flatMap((chart) => chart.toJson());
}

function find(kind: string, name: string, environment = 'production') {
  return objects.get(environment)?.find((object) => object.kind === kind && object.metadata.name === name);
}

function container(kind: string, name: string, environment = 'production') {
  return find(kind, name, environment).spec.template.spec.containers[0];
}

test('what is there, but for policies and limits', () => {
  const workloads = ['StatefulSet', 'Deployment', 'Service', 'PodDisruptionBudget'];
  const ids = objects.get('production')?.map(({ kind, metadata, spec }) => [kind, metadata.name, spec?.replicas]);
  expect(ids?.filter(([kind]) => workloads.includes(kind))).toEqual([
    ['Service', 'prometheus', undefined],
    ['Service', 'prometheus-headless', undefined],
    ['StatefulSet', 'prometheus', 2],
    ['PodDisruptionBudget', 'prometheus', undefined],
    ['Service', 'alertmanager', undefined],
    ['Service', 'alertmanager-headless', undefined],
    ['StatefulSet', 'alertmanager', 3],
    ['PodDisruptionBudget', 'alertmanager', undefined],
    ['Service', 'grafana', undefined],
    ['Service', 'grafana-headless', undefined],
    ['StatefulSet', 'grafana', 1],
    ['Deployment', 'kube-state-metrics', 1],
    ['Service', 'blackbox-exporter', undefined],
    ['Deployment', 'blackbox-exporter', 1],
    ['Service', 'loki', undefined],
    ['Service', 'loki-headless', undefined],
    ['StatefulSet', 'loki', 1],
  ]);
});

test('clients of Prometheus stay with one replica', () => {
  expect(find('Service', 'prometheus').spec.sessionAffinity).toBe('ClientIP');
});

test('Prometheus keeps samples as long as stated, and reloads its files itself', () => {
  expect(container('StatefulSet', 'prometheus').args).toEqual([
    '--config.file=/etc/prometheus/prometheus.yml',
    '--web.external-url=http://localhost:9090',
    '--web.route-prefix=/',
    '--enable-feature=auto-reload-config',
    '--config.auto-reload-interval=30s',
    '--storage.tsdb.path=/prometheus',
    '--storage.tsdb.retention.time=45d',
    `--storage.tsdb.retention.size=${40 * 2 ** 30}B`,
  ]);
  expect(find('StatefulSet', 'prometheus').spec.template.metadata.annotations).toBeUndefined();
});

test('links lead to where the environment says that its servers are opened', () => {
  const urls = {
    prometheus: 'https://watch.veza.app/prometheus',
    alertmanager: 'https://watch.veza.app/alertmanager',
    grafana: 'https://grafana.veza.app',
  };
  const monitored = objectsOf({ ...production, monitoring: { ...production.monitoring, externalUrls: urls } });
  for (const name of ['prometheus', 'alertmanager'] as const) {
    const server = monitored.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === name);
    expect(server.spec.template.spec.containers[0].args).toEqual(
      // A proxy takes the path off: probes and scrapes know none.
      expect.arrayContaining([`--web.external-url=${urls[name]}`, '--web.route-prefix=/']),
    );
  }
  const grafana = monitored.find(({ metadata }) => metadata.name === 'grafana-config');
  expect(grafana.data['grafana.ini']).toContain('[server]\nroot_url = https://grafana.veza.app/\n');
});

test('three Alertmanagers are peers, a single one has none', () => {
  const cluster = (environment: string) =>
    container('StatefulSet', 'alertmanager', environment).args.filter((arg: string) => arg.startsWith('--cluster'));
  expect(cluster('production')).toEqual([
    '--cluster.listen-address=[$(POD_IP)]:9094',
    '--cluster.peer=alertmanager-0.alertmanager-headless:9094',
    '--cluster.peer=alertmanager-1.alertmanager-headless:9094',
    '--cluster.peer=alertmanager-2.alertmanager-headless:9094',
  ]);
  expect(cluster('staging')).toEqual(['--cluster.listen-address=']);
});

test('staging has no paging receiver', () => {
  const configuration = find('ConfigMap', 'alertmanager-config', 'staging').data['alertmanager.yml'];
  expect(configuration).not.toContain('pagerduty');
  expect(find('ConfigMap', 'alertmanager-config').data['alertmanager.yml']).toContain('pagerduty');
});

test('Prometheus may ask the cluster for its nodes and their metrics, and for nothing else', () => {
  expect(find('ClusterRole', 'veza-production-monitoring-prometheus').rules).toEqual([
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
  ]);
  expect(find('Role', 'prometheus').rules).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  ]);
});

test('kube-state-metrics exports what its Role lets it read, and no Secrets', () => {
  const granted = find('Role', 'kube-state-metrics').rules.flatMap(
    ({ resources }: { resources: string[] }) => resources,
  );
  const { args } = container('Deployment', 'kube-state-metrics');
  expect(args).toContain(`--resources=${granted.sort().join(',')}`);
  expect(args).toContain('--namespaces=veza-production,veza-production-monitoring,veza-production-logs');
  expect(granted).not.toContain('secrets');
});

test('kube-state-metrics exports everything that rules and dashboards query', () => {
  const texts = objects.get('production')?.map(({ data }) => JSON.stringify(data ?? '')) ?? [];
  const asked = new Set(texts.flatMap((text) => text.match(/\bkube_[a-z]+/g) ?? []));
  expect([...asked].sort()).toEqual([
    'kube_cronjob',
    'kube_deployment',
    'kube_horizontalpodautoscaler',
    'kube_job',
    'kube_pod',
    'kube_resourcequota',
    'kube_statefulset',
  ]);
  const observed: readonly string[] = Object.values(observedResources).flat();
  expect([...asked].filter((family) => !observed.includes(`${family.replace('kube_', '')}s`))).toEqual([]);
});

test('only Prometheus and kube-state-metrics have a token', () => {
  const holders = objects
    .get('production')
    ?.filter(({ spec }) => JSON.stringify(spec?.template ?? '').includes('serviceAccountToken"'))
    .map(({ metadata }) => metadata.name);
  expect(holders).toEqual(['prometheus', 'kube-state-metrics']);
});

test('the secrets of Grafana stand in files of the Secret, and nowhere else', () => {
  expect(container('StatefulSet', 'grafana').args).toEqual([
    'cfg:security.admin_password=$__file{/etc/grafana-secrets/GRAFANA_ADMIN_PASSWORD}',
    'cfg:security.secret_key=$__file{/etc/grafana-secrets/GRAFANA_SECRET_KEY}',
  ]);
  expect(find('ConfigMap', 'grafana-config').data['grafana.ini']).toMatchInlineSnapshot(`
"[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false
feedback_links_enabled = false

[auth.anonymous]
enabled = false

[log]
mode = console

[news]
news_feed_enabled = false

[plugins]
preinstall_disabled = true
plugin_admin_enabled = false
public_key_retrieval_disabled = true

[public_dashboards]
enabled = false

[security]
disable_gravatar = true

[snapshots]
enabled = false
external_enabled = false

[unified_alerting]
enabled = false

[users]
allow_sign_up = false
allow_org_create = false
default_theme = system

[server]
root_url = http://localhost:3000/

[dashboards]
default_home_dashboard_path = /etc/grafana-dashboards/platform-overview.json
"
`);
});

test('every ConfigMap fits into the annotation that kubectl makes of it', () => {
  const sizes = [...objects.values()]
    .flat()
    .flatMap((object) => (object.kind === 'ConfigMap' ? [JSON.stringify(object).length] : []));
  expect(sizes.length).toBeGreaterThan(15);
  expect(Math.max(...sizes)).toBeLessThan(200 * 1024);
});

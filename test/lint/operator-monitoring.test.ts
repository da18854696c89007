import { podWith, testRule, together } from './rule-cases';

const metadata = (name: string, namespace = 'shop') => `metadata: {name: ${name}, namespace: ${namespace}}`;
const custom = (kind: string, spec: string) =>
  `{apiVersion: monitoring.coreos.com/v1, kind: ${kind}, ${metadata('web')}, spec: ${spec}}`;
const probe = (url: string) => custom('Probe', `{prober: {url: "${url}"}}`);
const monitor = (selector: string, port: string) =>
  custom('PodMonitor', `{selector: ${selector}, podMetricsEndpoints: [{port: ${port}}]}`);
const exporter = `{apiVersion: v1, kind: Pod, metadata: {name: exporter, namespace: shop, labels: {app: database}}, spec: {containers: [{name: exporter, image: "example.org/postgres-exporter:1", ports: [{name: metrics, containerPort: 9187}]}]}}`;
const prober = `{apiVersion: v1, kind: Service, ${metadata('prober')}, spec: {ports: [{port: 9115}]}}`;
const rule = (expr: string) => custom('PrometheusRule', `{groups: [{name: g, rules: [{alert: A, expr: "${expr}"}]}]}`);
const database = '{matchLabels: {app: database}}';

testRule('monitor-targets', {
  good: [
    ['a prober by its Service', together(prober, probe('prober.shop.svc:9115'))],
    ['a prober in the domain of the cluster', together(prober, probe('prober.shop.svc.cluster.local:9115'))],
    ['a prober of another namespace', together(prober, probe('prober.other.svc:9115'))],
    ['a prober outside the cluster', together(prober, probe('prober.example.org'))],
    [
      'pods that there may be some day',
      together(exporter, monitor('{matchExpressions: [{key: app, operator: NotIn, values: [database]}]}', 'metrics')),
    ],
  ],
  bad: [
    ['a prober without a Service', together(prober, probe('probe.shop.svc:9115'))],
    ['a port that the prober has not', together(prober, probe('prober.shop.svc:9116'))],
    ['no port where the prober has another', together(prober, probe('prober.shop.svc'))],
    ['no number', together(prober, probe('prober.shop.svc:metrics'))],
    [
      'no pods that have a label',
      together(exporter, monitor('{matchExpressions: [{key: web, operator: Exists}]}', 'metrics')),
    ],
  ],
});

testRule('exported-metrics', {
  good: [
    ['an exporter that a monitor selects', together(exporter, monitor(database, 'metrics'), rule('pg_up == 0'))],
    ['no monitor', together(exporter, rule('pg_up == 0'))],
    ['an exporter outside the set', together(exporter, monitor(database, 'metrics'), rule('redis_up == 0'))],
  ],
  bad: [
    [
      'an exporter that no monitor selects',
      together(exporter, monitor('{matchLabels: {app: web}}', 'metrics'), rule('pg_up == 0')),
    ],
    ['a port that no monitor scrapes', together(exporter, monitor(database, 'http'), rule('pg_up == 0'))],
  ],
});

const secret = `{apiVersion: v1, kind: Secret, ${metadata('receivers')}, stringData: {URL: "https://example.org"}}`;
const receivers = (name: string, key: string) =>
  `{apiVersion: monitoring.coreos.com/v1alpha1, kind: AlertmanagerConfig, ${metadata('web')}, spec: {receivers: [{name: a, slackConfigs: [{apiURL: {name: ${name}, key: ${key}}}]}]}}`;
const files = `{apiVersion: v1, kind: ConfigMap, ${metadata('files')}, data: {a.json: "{}"}}`;
const dashboard = (name: string, key: string) =>
  `{apiVersion: grafana.integreatly.org/v1beta1, kind: GrafanaDashboard, ${metadata('web')}, spec: {configMapRef: {name: ${name}, key: ${key}}}}`;

testRule('dangling-keys', {
  good: [
    ['the Secret of a receiver', together(secret, receivers('receivers', 'URL'))],
    ['the file of a dashboard', together(files, dashboard('files', 'a.json'))],
  ],
  bad: [
    ['another Secret', together(secret, receivers('receiver', 'URL'))],
    ['another key', together(secret, receivers('receivers', 'URI'))],
    ['another file', together(files, dashboard('files', 'b.json'))],
  ],
});

const source = `{apiVersion: v1, kind: ConfigMap, ${metadata('sources')}, data: {sources.yaml: "apiVersion: 1\\ndatasources: [{name: Loki, uid: loki, type: loki, url: 'http://prober:9115'}]\\n"}}`;
const board = `{apiVersion: v1, kind: ConfigMap, ${metadata('boards')}, data: {board.json: '{"panels": [], "templating": {"list": [{"type": "datasource", "query": "prometheus"}]}}'}}`;
const imported = (url: string) =>
  `{apiVersion: grafana.integreatly.org/v1beta1, kind: GrafanaDatasource, ${metadata('web')}, spec: {datasource: {name: Loki, url: "${url}"}}}`;

testRule('data-sources', {
  good: [
    ['a source for a Grafana outside the set', together(prober, source, board, podWith(''))],
    ['an imported source', together(prober, imported('http://prober.shop.svc:9115'))],
  ],
  bad: [
    [
      'a source of a Grafana in the set',
      together(prober, source, board, podWith('', 'volumes: [{name: sources, configMap: {name: sources}}]')),
    ],
    ['an imported source of no Service', together(prober, imported('http://loki.shop.svc:3100'))],
  ],
});

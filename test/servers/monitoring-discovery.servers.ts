import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { buildEnvironment } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { singleProduction } from '../support/clustered';
import { operated as operatedProduction } from '../support/operated';
import { podMonitorJob, probeJob } from '../support/operator-translation';
import { KubernetesApi } from './monitoring/kubernetes-api';
import { nodesAt, pod, podsOf } from './monitoring/pods';
import { clusterObjects, type KubernetesObject, prometheusConfiguration } from './monitoring/synthesized';
import { installTools, runTool } from './monitoring/tools';

const { namespace } = singleProduction;
const monitoringNamespace = `${namespace}-monitoring`;
const logsNamespace = `${namespace}-logs`;
const objects = clusterObjects(singleProduction);
const metrics = [{ name: 'app', ports: [{ name: 'metrics', containerPort: 8080, protocol: 'TCP' }] }];
const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/path': '/figures' };

/** Pods that no job scrapes, except the job of annotated pods if they have the annotation. */
const strangers = [
  pod(
    { metadata: { name: '', labels: { app: 'importer' }, annotations }, spec: { containers: metrics } },
    at('importer', 7),
  ),
  pod({ metadata: { name: '', labels: { app: 'shy' } }, spec: { containers: metrics } }, at('shy', 8)),
  pod(
    { metadata: { name: '', labels: { app: 'veza-backend-api' }, annotations }, spec: { containers: metrics } },
    { ...at('ended', 9), phase: 'Failed' },
  ),
  pod(
    { metadata: { name: '', labels: { app: 'importer' }, annotations }, spec: { containers: metrics } },
    { ...at('imported', 10), phase: 'Succeeded' },
  ),
];

const operatedObjects = Object.values(buildEnvironment(veza, operatedProduction).files).flat();

/** The same targets as the operator of a cluster scrapes them, by the job that has them here. */
const operated = operatedObjects.flatMap((object) => {
  if (object.kind === 'PodMonitor') return [{ job: object.metadata.name, config: podMonitorJob(object) }];
  return object.kind === 'Probe' ? [{ job: 'blackbox', config: probeJob(object) }] : [];
});
const lokiBesideServices = podsOf(
  (operatedObjects as unknown as KubernetesObject[]).filter(({ metadata }) => metadata.name === 'loki'),
  namespace,
  ipOf,
);

const api = new KubernetesApi(objects, monitoringNamespace, [
  { kind: 'Pod', namespace, items: [...podsOf(objects, namespace, ipOf), ...strangers, ...lokiBesideServices] },
  { kind: 'Pod', namespace: monitoringNamespace, items: podsOf(objects, monitoringNamespace, ipOf) },
  { kind: 'Pod', namespace: logsNamespace, items: podsOf(objects, logsNamespace, ipOf) },
  { kind: 'Node', namespace: '', items: nodesAt('10.0.0.1', '10.0.0.2') },
]);
const folder = mkdtempSync(join(tmpdir(), 'discovery-'));
const file = join(folder, 'prometheus.yml');
const configuration = prometheusConfiguration(objects);
const own = configuration.scrape_configs;
configuration.scrape_configs = [...own, ...operated.map(({ config }) => config)];
const found = new Map<string, Labels[]>();

beforeAll(async () => {
  installTools();
  const api_server = await api.start();
  for (const { kubernetes_sd_configs } of [...configuration.scrape_configs, ...configuration.alerting.alertmanagers]) {
    for (const discovery of kubernetes_sd_configs ?? []) discovery.api_server = api_server;
  }
  writeFileSync(file, stringify(configuration));
  const inCluster = configuration.scrape_configs.filter(({ dns_sd_configs }) => dns_sd_configs === undefined);
  await Promise.all(inCluster.map(async ({ job_name }) => found.set(job_name, await targetsOf(job_name))));
}, 120_000);

afterAll(() => {
  api.stop();
  rmSync(folder, { recursive: true });
});

/** Addresses of pods: those of a workload follow each other. */
function ipOf(_pod: string, number: number): string {
  return `10.1.0.${number + 1}`;
}

function at(name: string, number: number) {
  return { name, namespace, number, ip: ipOf(name, number) };
}

type Labels = Readonly<Record<string, string>>;

/** Labels of what a job would scrape. promtool listens for changes until its timeout, so all jobs run at the same time. */
async function targetsOf(job: string): Promise<Labels[]> {
  const { code, output } = await runTool('promtool', 'check', 'service-discovery', '--timeout=8s', file, job);
  if (code !== 0) throw new Error(output);
  const targets: { readonly labels?: Labels }[] = JSON.parse(output);
  return targets
    .map(({ labels = {} }) => labels)
    .filter((labels) => Object.keys(labels).length > 0)
    .sort((a, b) => String(a.instance).localeCompare(String(b.instance)));
}

function targets(job: string): Labels[] {
  return found.get(job) ?? [];
}

function podTarget(job: string, name: string, where: string) {
  return { job, instance: name, namespace: where, pod: name };
}

test.each([
  ['veza-backend-api', namespace, 3, 9090],
  ['veza-chat-server', namespace, 2, 9091],
  ['veza-stream-server', namespace, 2, 9092],
  ['postgres', namespace, 1, 9187],
  ['postgres-backup-store', namespace, 1, 9100],
  ['redis', namespace, 3, 9121],
  ['redis-proxy', namespace, 2, 8404],
  ['prometheus', monitoringNamespace, 2, 9090],
  ['alertmanager', monitoringNamespace, 3, 9093],
  ['grafana', monitoringNamespace, 1, 3000],
  ['loki', monitoringNamespace, 1, 3100],
  ['fluent-bit', logsNamespace, 2, 2022],
])('%s: every pod once, with no more labels than rules rely on', (job, where, replicas, port) => {
  const found = targets(job);
  expect(found.map(visible)).toEqual(
    Array.from({ length: replicas }, (_, index) => ({
      ...podTarget(job, `${job}-${index}`, where),
      node: ['node-a', 'node-b'][index % 2],
    })),
  );
  expect(found.map(({ __address__ }) => __address__)).toEqual(
    Array.from({ length: replicas }, (_, index) => `10.1.0.${index + 1}:${port}`),
  );
});

test('kubernetes-pods: pods that ask for it and that no other job scrapes, under the path that they name', () => {
  const found = targets('kubernetes-pods');
  expect(found.map(visible)).toEqual([{ ...podTarget('kubernetes-pods', 'importer', namespace), node: 'node-b' }]);
  expect(found[0]?.__metrics_path__).toBe('/figures');
});

test('kube-state-metrics: without the name of its own pod', () => {
  const found = targets('kube-state-metrics');
  expect(found.map(visible)).toEqual([
    { job: 'kube-state-metrics', instance: 'kube-state-metrics-0', namespace: monitoringNamespace },
  ]);
  expect(found[0]?.__address__).toMatch(/:8080$/);
});

test('log-lines: every collector, without the name of its pod, which is not that of the lines', () => {
  const found = targets('log-lines');
  expect(found.map(visible)).toEqual(
    ['node-a', 'node-b'].map((node, index) => ({
      job: 'log-lines',
      instance: `fluent-bit-${index}`,
      namespace: logsNamespace,
      node,
    })),
  );
  expect(found.map(({ __address__ }) => __address__)).toEqual(['10.1.0.1:2021', '10.1.0.2:2021']);
});

test.each([
  ['node-exporter', 9100, 'http', '/metrics'],
  ['kubelet', 10250, 'https', '/metrics'],
  ['cadvisor', 10250, 'https', '/metrics/cadvisor'],
])('%s: every node', (job, port, scheme, path) => {
  const found = targets(job);
  expect(found.map(visible)).toEqual(['node-a', 'node-b'].map((node) => ({ job, node, instance: node })));
  expect(
    found.map(({ __address__, __scheme__, __metrics_path__ }) => [__address__, __scheme__, __metrics_path__]),
  ).toEqual([1, 2].map((number) => [`10.0.0.${number}:${port}`, scheme, path]));
});

test('blackbox: every public host', () => {
  const found = targets('blackbox');
  expect(found.map(visible)).toEqual(
    ['api', 'chat', 'stream'].map((name) => ({
      job: 'blackbox',
      namespace,
      host: `${name}.veza.app`,
      instance: `https://${name}.veza.app/health`,
    })),
  );
  expect(new Set(found.map(({ __address__ }) => __address__))).toEqual(new Set(['blackbox-exporter:9115']));
});

test.each(operated)(
  '$job: the operator finds the same targets with the same labels',
  ({ job, config: { job_name } }) => {
    // Loki runs beside the services there.
    const expected = targets(job).map((labels) => ({
      ...labelsOfTarget(labels),
      ...(labels.namespace === monitoringNamespace ? { namespace } : {}),
    }));
    expect(expected.length).toBeGreaterThan(0);
    expect(targets(job_name).map(labelsOfTarget)).toEqual(expected);
  },
);

test('the operator asks the prober of the environment by a name that its Prometheus can resolve', () => {
  const addresses = targets(`probe/${namespace}/blackbox`).map(({ __address__ }) => __address__);
  expect(new Set(addresses)).toEqual(new Set([`blackbox-exporter.${namespace}.svc:9115`]));
});

test('every job is among these, but those that the DNS of a cluster answers', () => {
  expect(own.map(({ job_name }) => job_name)).toEqual([
    'veza-backend-api',
    'veza-chat-server',
    'veza-stream-server',
    'postgres',
    'postgres-backup-store',
    'redis',
    'redis-proxy',
    'kubernetes-pods',
    'node-exporter',
    'kubelet',
    'cadvisor',
    'kube-state-metrics',
    'blackbox',
    'ingress-nginx',
    'cert-manager',
    'prometheus',
    'alertmanager',
    'grafana',
    'loki',
    'fluent-bit',
    'log-lines',
  ]);
  expect(own.filter(({ dns_sd_configs }) => dns_sd_configs).map(({ job_name }) => job_name)).toEqual([
    'ingress-nginx',
    'cert-manager',
  ]);
});

test('Prometheus requested nothing that its Roles do not grant', () => {
  expect(api.refused).toEqual([]);
});

/** Labels that a series of the target will have. */
function visible(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));
}

/** Labels of a target, and how it is scraped. What the operator notes for itself, and the prober's address, are left out. */
function labelsOfTarget(labels: Labels): Record<string, string> {
  const how = /^__(metrics_path|scheme|scrape_interval|scrape_timeout|param_\w+)__$|^__param_/;
  const isProbe = labels.__param_target !== undefined;
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([name]) => !name.startsWith('__') || how.test(name) || (name === '__address__' && !isProbe),
    ),
  );
}

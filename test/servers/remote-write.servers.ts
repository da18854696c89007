import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { nameRemoteWriteKey } from '../../lib/constructs/monitoring/monitoring-secrets';
import { makeRemoteWriteConfiguration } from '../../lib/constructs/monitoring/remote-write';
import { makeRemoteWriteAlerts } from '../../lib/constructs/monitoring/rules/monitoring-servers';
import { writePrometheusConfiguration } from '../../lib/constructs/monitoring/scraping/prometheus-configuration';
import type { RemoteWrite } from '../../lib/platform/settings/remote-write';
import { everything } from '../constructs/monitoring/rules/rule-inputs';
import { SamplesReceiver } from './monitoring/samples-receiver';
import { awaited, installTools, runTool, Server, toolPath } from './monitoring/tools';

const folder = mkdtempSync(join(tmpdir(), 'remote-write-'));
const prometheusUrl = 'http://127.0.0.1:19292';
const secret = (name: string) => `secret of ${name}`;
const basic = (name: string) => `Basic ${Buffer.from(`veza:${secret(name)}`).toString('base64')}`;

let receiver: SamplesReceiver;
let plain: SamplesReceiver;
let prometheus: Server;
let servers: readonly RemoteWrite[];

beforeAll(async () => {
  installTools();
  makeAuthority('own');
  makeAuthority('other');
  receiver = new SamplesReceiver(
    {
      '/mimir': { authorization: basic('mimir') },
      '/thanos': { authorization: `Bearer ${secret('thanos')}` },
      '/locked': { authorization: 'Bearer another' },
      '/strict': { authorization: undefined, refuses: true },
      '/impostor': { authorization: undefined },
    },
    { key: readFileSync(join(folder, 'own-server.key')), cert: readFileSync(join(folder, 'own-server.crt')) },
  );
  plain = new SamplesReceiver({ '/victoria': { authorization: undefined } });
  servers = serversAt(`https://localhost:${await receiver.start()}`, `http://127.0.0.1:${await plain.start()}`);
  for (const server of servers) writeFiles(server);
  writeFileSync(join(folder, 'prometheus.yml'), configuration());
  const check = await runTool('promtool', 'check', 'config', '--lint=all', join(folder, 'prometheus.yml'));
  if (check.code !== 0) throw new Error(check.output);
  prometheus = Server.start(
    toolPath('prometheus'),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--web.listen-address=${new URL(prometheusUrl).host}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
    ],
    { POD_NAME: 'prometheus-0' },
  );
}, 180_000);

afterAll(async () => {
  await prometheus?.stop('SIGKILL');
  await Promise.all([receiver?.stop(), plain?.stop()]);
  rmSync(folder, { recursive: true });
});

/** An authority, and the key and certificate of a server that it has signed. */
function makeAuthority(name: string): void {
  const file = (suffix: string) => join(folder, `${name}${suffix}`);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-subj', `/CN=${name}`, '-keyout', file('.key'), '-out', file('.crt'), '-days', '2');
  openssl('req', ...key, '-subj', '/CN=localhost', '-keyout', file('-server.key'), '-out', file('-server.csr'));
  writeFileSync(file('.ext'), 'subjectAltName=DNS:localhost\n');
  const signed = [
    '-CA',
    file('.crt'),
    '-CAkey',
    file('.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    file('.ext'),
  ];
  openssl('x509', '-req', '-in', file('-server.csr'), ...signed, '-out', file('-server.crt'));
}

/** One server of each kind, and some that take nothing. */
function serversAt(encrypted: string, unencrypted: string): RemoteWrite[] {
  const base: RemoteWrite = {
    name: 'thanos',
    url: `${encrypted}/thanos`,
    destination: { kind: 'internet' },
    authority: { kind: 'own', configMap: 'authority', key: 'ca.crt' },
    authentication: { kind: 'bearer' },
    headers: {},
    metrics: { kind: 'keep', names: ['up', 'prometheus_build_*'] },
    replicas: 'labelled',
    queue: { maximumShards: 2 },
  };
  const all = { kind: 'all' } as const;
  const none = { kind: 'none' } as const;
  return [
    base,
    {
      ...base,
      name: 'mimir',
      url: `${encrypted}/mimir`,
      authentication: { kind: 'basic', username: 'veza' },
      headers: { 'X-Scope-OrgID': 'veza' },
      metrics: { kind: 'drop', names: ['go_*'] },
      replicas: 'elected',
    },
    {
      ...base,
      name: 'victoria',
      url: `${unencrypted}/victoria`,
      authority: { kind: 'public' },
      authentication: none,
      metrics: all,
      replicas: 'identical',
    },
    { ...base, name: 'locked', url: `${encrypted}/locked` },
    { ...base, name: 'strict', url: `${encrypted}/strict`, authentication: none },
    { ...base, name: 'impostor', url: `${encrypted}/impostor`, authentication: none },
  ];
}

/** The files that the pod would have. */
function writeFiles(server: RemoteWrite): void {
  const key = nameRemoteWriteKey(server);
  if (key !== undefined) writeFileSync(join(folder, key), secret(server.name));
  mkdirSync(join(folder, server.name));
  const authority = server.name === 'impostor' ? 'other' : 'own';
  writeFileSync(join(folder, server.name, 'ca.crt'), readFileSync(join(folder, `${authority}.crt`)));
}

/** prometheus.yml as rendered, for a Prometheus that scrapes itself every second. */
function configuration(): string {
  const { namespace, monitoringNamespace } = everything;
  const rendered = parse(
    writePrometheusConfiguration({
      environment: 'production',
      namespace,
      monitoringNamespace,
      rulesFolder: folder,
      scrapeConfigs: [],
      remoteWrite: makeRemoteWriteConfiguration(servers, { secrets: folder, authorities: folder }),
    }),
  );
  const labels = { namespace: monitoringNamespace, pod: 'prometheus-0' };
  const static_configs = [{ targets: [new URL(prometheusUrl).host], labels }];
  return stringify({
    ...rendered,
    rule_files: [],
    alerting: {},
    scrape_configs: [{ job_name: 'prometheus', scrape_interval: '1s', scrape_timeout: '1s', static_configs }],
  });
}

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values?: readonly [number, string][];
    }[];
  };
}

async function query(expression: string): Promise<Answer['data']['result']> {
  const response = await fetch(`${prometheusUrl}/api/v1/query?query=${encodeURIComponent(expression)}`);
  return ((await response.json()) as Answer).data.result;
}

/** The servers about which the condition of an alert holds. */
async function alertsAbout(alert: string): Promise<string[]> {
  const rule = makeRemoteWriteAlerts(everything).find(({ name }) => name === alert);
  const found = await query(rule?.expr ?? '');
  return found.map(({ metric }) => metric.remote_name ?? '').sort();
}

/** Labels of the series `up` that a path has taken, once it has. */
function labelsOfUp(from: SamplesReceiver, path: string) {
  return awaited(path, 60, async () => from.series(path).find(({ labels }) => labels.__name__ === 'up')?.labels);
}

const up = {
  __name__: 'up',
  job: 'prometheus',
  environment: 'production',
  cluster: 'veza-production',
  namespace: 'veza-production-monitoring',
  pod: 'prometheus-0',
  instance: '127.0.0.1:19292',
};

test('each server gets its own metrics, with its own label of the replica', async () => {
  expect(await labelsOfUp(receiver, '/thanos')).toEqual({ ...up, replica: 'prometheus-0' });
  expect(await labelsOfUp(receiver, '/mimir')).toEqual({ ...up, __replica__: 'prometheus-0' });
  expect(await labelsOfUp(plain, '/victoria')).toEqual(up);
  const names = (from: SamplesReceiver, path: string) =>
    new Set(from.series(path).map(({ labels }) => labels.__name__));
  expect([...names(receiver, '/thanos')].sort()).toEqual(['prometheus_build_info', 'up']);
  const all = [...names(plain, '/victoria')];
  expect(all.filter((name) => name?.startsWith('go_')).length).toBeGreaterThan(5);
  expect([...names(receiver, '/mimir')].sort()).toEqual(all.filter((name) => !name?.startsWith('go_')).sort());
  expect(receiver.taken.find(({ path }) => path === '/mimir')?.headers['x-scope-orgid']).toBe('veza');
}, 90_000);

test('a server with a certificate of another authority gets nothing, which is an alert', async () => {
  await awaited('the refusal', 60, async () => (prometheus.said.includes('unknown authority') ? true : undefined));
  // The others stop being among them once they were answered to.
  const stopped = await awaited('the others', 60, async () => {
    const names = await alertsAbout('PrometheusRemoteWriteStopped');
    return names.length < 2 ? names : undefined;
  });
  expect(stopped).toEqual(['impostor']);
  expect(receiver.series('/impostor')).toEqual([]);
}, 90_000);

test('what a server refuses for good, as with a wrong token, is an alert', async () => {
  const refused = await awaited('the refusals', 60, async () => {
    const names = await alertsAbout('PrometheusRemoteWriteFailing');
    return names.length > 1 ? names : undefined;
  });
  expect(refused).toEqual(['locked', 'strict']);
  expect(await alertsAbout('PrometheusRemoteWriteDropped')).toEqual([]);
  expect(await alertsAbout('PrometheusRemoteWriteBehind')).toEqual([]);
}, 90_000);

test('a server that was down gets what was collected meanwhile', async () => {
  await receiver.stop();
  const before = receiver.taken.length;
  const down = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  expect(receiver.taken.length).toBe(before);
  const back = Date.now();
  await receiver.start();
  const sent = () => receiver.series('/thanos').flatMap(({ labels, times }) => (labels.__name__ === 'up' ? times : []));
  const times = await awaited('samples after the outage', 60, async () => {
    const all = sent();
    return all.some((time) => time > back) ? all : undefined;
  });
  const own = (await query('up[5m]'))[0]?.values?.map(([time]) => Math.round(time * 1000)) ?? [];
  const expected = own.filter((time) => time <= Math.max(...times));
  expect(expected.filter((time) => time > down && time < back).length).toBeGreaterThan(4);
  expect(expected.filter((time) => !times.includes(time))).toEqual([]);
}, 90_000);

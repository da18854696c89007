import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { PostgresServer } from './monitoring/postgres-server';
import {
  addressOf,
  argsOf,
  clusterApi,
  database,
  edgePort,
  expressions,
  nodeAddress,
  RenderedFiles,
} from './monitoring/stack';
import { awaited, installTools, Server, type Tool, toolPath } from './monitoring/tools';
import { Webhooks } from './monitoring/webhooks';

const files = new RenderedFiles();
const webhooks = new Webhooks();
const api = clusterApi();
const servers: Server[] = [];
const services: Pick<HttpServer, 'close'>[] = [];
const prometheusUrl = `http://${addressOf('prometheus-0')}:9090`;
let postgres: PostgresServer;
let postgresExporter: Server;
let redisExporter: Server;

beforeAll(async () => {
  installTools();
  postgres = await PostgresServer.start(files.subfolder('postgres'), database, 20);
  const [receivers, apiServer] = await Promise.all([webhooks.start(), api.start()]);
  startExporters();
  // The second replica of the API does not run.
  for (const [pod, port] of [
    ['veza-backend-api-0', 9090],
    ['veza-chat-server-0', 9091],
    ['veza-chat-server-1', 9091],
  ] as const)
    startService(pod, port, 'up_and_running 1\n');
  const tooMany = Array.from({ length: 20_001 }, (_, number) => `series{number="${number}"} 1\n`).join('');
  startService('veza-stream-server-0', 9092, tooMany);
  start('alertmanager', [
    ...argsOf('alertmanager', {
      '/etc/alertmanager/alertmanager.yml': files.alertmanager(receivers),
      '=/alertmanager': `=${files.subfolder('alertmanager')}`,
      'listen-address=': `listen-address=${addressOf('alertmanager-0')}:9094`,
    }),
    `--web.listen-address=${addressOf('alertmanager-0')}:9093`,
  ]);
  start(
    'prometheus',
    [
      ...argsOf('prometheus', {
        '/etc/prometheus/prometheus.yml': files.prometheus(apiServer),
        '=/prometheus': `=${files.subfolder('data')}`,
        'reload-interval=30s': 'reload-interval=1s',
      }),
      '--rules.alert.resend-delay=2s',
      `--web.listen-address=${addressOf('prometheus-0')}:9090`,
    ],
    { POD_NAME: 'prometheus-0' },
  );
  await Promise.all([ready('alertmanager-0', 9093), ready('prometheus-0', 9090)]);
}, 300_000);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await postgres.stop();
  api.stop();
  webhooks.stop();
  for (const service of services) service.close();
  files.remove();
}, 60_000);

function start(tool: Tool, args: readonly string[], env?: Readonly<Record<string, string>>): Server {
  const server = Server.start(toolPath(tool), args, env);
  servers.push(server);
  return server;
}

async function ready(pod: string, port: number): Promise<void> {
  const url = `http://${addressOf(pod)}:${port}/-/ready`;
  const answered = awaited(pod, 120, async () => (await fetch(url)).ok || undefined);
  await answered.catch((error) => {
    throw new Error(`${error}\n${servers.map(({ said }) => said.slice(-1000)).join('\n')}`);
  });
}

function startExporters(): void {
  const socket = join(files.subfolder('redis'), 'redis.sock');
  const flags = ['--port', '0', '--unixsocket', socket, '--dir', files.subfolder('redis'), '--maxmemory', '64mb'];
  servers.push(Server.start('/usr/bin/redis-server', flags));
  redisExporter = start('redis_exporter', [
    `--web.listen-address=${addressOf('redis-0')}:9121`,
    `--redis.addr=unix://${socket}`,
  ]);
  postgresExporter = start(
    'postgres_exporter',
    [...argsOf('postgres-exporter', {}), `--web.listen-address=${addressOf('postgres-0')}:9187`],
    { DATA_SOURCE_NAME: `host=${postgres.folder} user=postgres dbname=${database} sslmode=disable` },
  );
  start('node_exporter', [`--web.listen-address=${nodeAddress}:9100`]);
  start(
    'blackbox_exporter',
    [
      ...argsOf('blackbox-exporter', { '/etc/blackbox/blackbox.yml': files.blackbox() }),
      `--web.listen-address=${addressOf('blackbox-exporter-0')}:9115`,
    ],
    { SSL_CERT_FILE: startEdge() },
  );
}

/** A public host that answers over TLS; the returned file is the CA that verifies it. */
function startEdge(): string {
  const folder = files.subfolder('edge');
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=edge', '-addext', `subjectAltName=IP:${addressOf('edge')}`];
  const flags = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', ...subject];
  execFileSync('openssl', ['req', ...flags, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  const edge = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => response.end());
  services.push(edge.listen(edgePort, addressOf('edge')));
  return cert;
}

/** A service as far as Prometheus sees that there is one. */
function startService(pod: string, port: number, metrics: string): void {
  const service = createServer((_, response) => response.end(metrics));
  services.push(service.listen(port, addressOf(pod)));
}

/** Series of a query: their labels. */
async function series(query: string): Promise<Readonly<Record<string, string>>[]> {
  const answer = await fetch(`${prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await answer.json()) as { data: { result: { metric: Record<string, string> }[] } };
  return data.result.map(({ metric }) => metric);
}

async function notification(path: string, text: string): Promise<string> {
  return awaited(`${text} to ${path}`, 120, async () => webhooks.find(path, text));
}

test('the alert that is always on reaches the dead man’s switch', async () => {
  expect(JSON.parse(await notification('/DEAD_MANS_SWITCH_URL', 'Watchdog'))).toMatchObject({
    receiver: 'dead-mans-switch',
    status: 'firing',
    commonLabels: { alertname: 'Watchdog', severity: 'none', environment: 'staging', cluster: 'veza-staging' },
  });
}, 300_000);

test('who runs is found and answers; who does not is found too', async () => {
  const jobs = await awaited('all targets', 120, async () => {
    const up = await series('up == 1');
    const names = up.map(({ job, instance }) => `${job} ${instance}`).sort();
    return names.length >= 11 ? names : undefined;
  });
  expect(jobs.filter((name) => !name.startsWith('blackbox'))).toEqual([
    'alertmanager alertmanager-0',
    'node-exporter node-a',
    'postgres postgres-0',
    'prometheus prometheus-0',
    'redis redis-0',
    'veza-backend-api veza-backend-api-0',
    'veza-chat-server veza-chat-server-0',
    'veza-chat-server veza-chat-server-1',
  ]);
  const edge = await awaited('the host that answers', 30, async () => (await series('probe_success == 1'))[0]);
  expect(edge).toMatchObject({ host: addressOf('edge') });
  const gone = await awaited('who does not run', 30, async () => (await series('up{job="veza-backend-api"} == 0'))[0]);
  expect(gone.pod).toBe('veza-backend-api-1');
}, 300_000);

test('every metric that rules and panels take from these exporters exists', async () => {
  const named = expressions().flatMap(
    (expr) => expr.match(/(?<![\w:])(pg|redis|node|probe|prometheus|alertmanager)_\w+(?![\w:]*=)/g) ?? [],
  );
  const wanted = [...new Set(named)].sort();
  expect(wanted.length).toBeGreaterThan(40);
  expect(await settled(async () => absentMetrics(wanted))).toEqual([]);
}, 60_000);

async function absentMetrics(names: readonly string[]): Promise<string[]> {
  const answer = await fetch(`${prometheusUrl}/api/v1/label/__name__/values`);
  const { data } = (await answer.json()) as { data: string[] };
  return names.filter((name) => !data.includes(name));
}

/** A list once it is empty, or what is left of it after a while. */
async function settled(list: () => Promise<string[]>): Promise<string[]> {
  await awaited('an empty list', 20, async () => ((await list()).length === 0 ? true : undefined)).catch(() => {});
  return list();
}

test('hosts that cannot be reached page, and the message says where the runbook is', async () => {
  const slack = await notification('/CRITICAL_SLACK_URL', 'HostUnreachable');
  expect(slack).toMatch(/(api|stream)\.staging\.veza\.app is unreachable/);
  expect(slack).toContain('/runbooks/HostUnreachable.md');
  expect(JSON.parse(await notification('/pagerduty', 'HostUnreachable'))).toMatchObject({
    event_action: 'trigger',
    payload: {
      severity: 'critical',
      summary: expect.stringMatching(/^\[FIRING\] staging: (api|stream)\.staging\.veza\.app is unreachable/),
    },
  });
}, 300_000);

test('used up connections notify as a warning', async () => {
  postgres.connect(database, 16);
  const slack = await notification('/WARNING_SLACK_URL', 'DatabaseConnectionsHigh');
  expect(slack).toMatch(/(9\d|100)(\.\d+)?% of the connections available to services are in use/);
}, 300_000);

test('a service that answers with more than Prometheus takes is a target that is down, and no service', async () => {
  expect(await notification('/WARNING_SLACK_URL', 'cannot scrape veza-stream-server')).toContain('TargetDown');
  expect(await series('ALERTS{alertname="ServiceDown", job="veza-stream-server", severity="critical"}')).toEqual([]);
}, 300_000);

test('an exporter that is stopped does not page', async () => {
  await redisExporter.stop();
  expect(await notification('/WARNING_SLACK_URL', 'cannot scrape redis')).toContain('TargetDown');
  expect(webhooks.find('/CRITICAL_SLACK_URL', 'redis')).toBeUndefined();
}, 300_000);

test('a database that is stopped pages, and mutes what follows from it', async () => {
  await postgres.stop();
  expect(await notification('/CRITICAL_SLACK_URL', 'PostgreSQL is down')).toContain('DatabaseDown');
  await postgresExporter.stop();
  await awaited('a muted alert', 120, async () => {
    const answer = await fetch(`http://${addressOf('alertmanager-0')}:9093/api/v2/alerts?filter=alertname=TargetDown`);
    const alerts = (await answer.json()) as { labels: { job: string }; status: { inhibitedBy: string[] } }[];
    return alerts.find(({ labels, status }) => labels.job === 'postgres' && status.inhibitedBy.length > 0);
  });
}, 300_000);

test('a rule file that is new is seen without a restart', async () => {
  const started = await series('process_start_time_seconds{job="prometheus"}');
  const rule = { alert: 'Brandnew', expr: 'vector(1)', labels: { severity: 'warning' as const }, annotations };
  files.writeRules('brandnew.yaml', [{ name: 'brandnew', rules: [rule] }]);
  expect(await notification('/WARNING_SLACK_URL', 'Brandnew')).toContain('Just written');
  expect(await series('process_start_time_seconds{job="prometheus"}')).toEqual(started);
  expect(await series('resets(process_start_time_seconds{job="prometheus"}[1h]) > 0')).toEqual([]);
}, 300_000);

const annotations = { summary: 'Just written', description: 'A rule.', runbook_url: 'https://runbooks.test' };

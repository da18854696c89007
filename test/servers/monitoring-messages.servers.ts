import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { writeAlertmanagerConfiguration } from '../../lib/constructs/monitoring/alerting/alertmanager-configuration';
import { alertCases } from '../constructs/monitoring/rules/cases';
import { awaited, installTools, Server, toolPath } from './monitoring/tools';
import { Webhooks } from './monitoring/webhooks';

const address = '127.79.0.1:9093';
const folder = mkdtempSync(join(tmpdir(), 'messages-'));
const webhooks = new Webhooks();
let alertmanager: Server;

beforeAll(async () => {
  installTools();
  const url = await webhooks.start();
  const slack = [{ kind: 'slack', channel: '#alerts' }] as const;
  const configuration = parse(
    writeAlertmanagerConfiguration({ critical: slack, warning: slack, deadMansSwitch: 'none' }, folder),
  );
  writeFileSync(join(folder, 'CRITICAL_SLACK_URL'), `${url}/critical`);
  writeFileSync(join(folder, 'WARNING_SLACK_URL'), `${url}/warning`);
  // Here each test has an environment of its own, where a cluster has an Alertmanager for each.
  const group_by = [...configuration.route.group_by, 'environment'];
  Object.assign(configuration.route, { group_wait: '2s', group_by });
  writeFileSync(join(folder, 'alertmanager.yml'), stringify(configuration));
  alertmanager = Server.start(toolPath('alertmanager'), [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${folder}`,
    '--cluster.listen-address=',
    `--web.listen-address=${address}`,
    '--web.external-url=https://alerts.veza.app/alertmanager',
    '--web.route-prefix=/',
  ]);
  await awaited('alertmanager', 60, async () => (await fetch(`http://${address}/-/ready`)).ok || undefined);
}, 300_000);

afterAll(async () => {
  await alertmanager.stop();
  webhooks.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

/** An alert as the rules raise it in the cases of their tests, with other labels in place of some. */
function raised(alertname: string, labels: Readonly<Record<string, string>> = {}) {
  const severity = labels.severity;
  const firing = alertCases
    .filter(({ alert }) => alert === alertname)
    .flatMap(({ fires }) => fires)
    .find((one) => severity === undefined || one.labels.severity === severity);
  if (firing === undefined) throw new Error(`no case raises ${alertname}`);
  const { summary, description } = firing;
  const annotations = { summary, description, runbook_url: `https://runbooks.test/${alertname}.md` };
  return { labels: { alertname, ...firing.labels, ...labels }, annotations };
}

/** Raises alerts of an environment, and tells which of them are not muted. */
async function heard(environment: string, ...alerts: readonly ReturnType<typeof raised>[]): Promise<string[]> {
  const body = alerts.map(({ labels, annotations }) => ({
    labels: { ...labels, environment, cluster: `veza-${environment}` },
    annotations,
    generatorURL: 'https://prometheus.veza.app/graph?g0.expr=up',
  }));
  const headers = { 'content-type': 'application/json' };
  const url = `http://${address}/api/v2/alerts`;
  expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status).toBe(200);
  return awaited('a judgement of all', 60, async () => {
    const answer = await fetch(`${url}?filter=environment="${environment}"`);
    type Answer = { labels: Record<string, string>; status: { state: string } }[];
    const found = (await answer.json()) as Answer;
    if (found.length < alerts.length || found.some(({ status }) => status.state === 'unprocessed')) return undefined;
    const loud = found.filter(({ status }) => status.state === 'active');
    return loud.map(({ labels }) => `${labels.alertname} ${labels.severity}`).sort();
  });
}

test('a lost database is one page, whatever follows from it', async () => {
  const alerts = [
    raised('DatabaseDown'),
    raised('ErrorBudgetBurn'),
    raised('ErrorBudgetBurn', { job: 'veza-chat-server' }),
    raised('HighErrorRate'),
    raised('HostUnreachable'),
    raised('NoTraffic'),
    raised('ServiceDown', { severity: 'critical' }),
    raised('ReplicasMissing'),
    raised('PodCrashLooping'),
    raised('TargetDown', { job: 'postgres' }),
    raised('TargetsMissing', { job: 'postgres', severity: 'critical' }),
  ];
  expect(await heard('lost-database', ...alerts)).toEqual(['DatabaseDown critical']);
}, 300_000);

test('a lost database mutes nothing that has another cause', async () => {
  const alerts = [raised('DatabaseDown'), raised('BackupTooOld'), raised('CertificateExpiring'), raised('RedisDown')];
  expect(await heard('other-causes', ...alerts)).toEqual([
    'BackupTooOld critical',
    'CertificateExpiring warning',
    'DatabaseDown critical',
    'RedisDown warning',
  ]);
}, 300_000);

test('a planned restore is one message, and a fault of the database is heard all the same', async () => {
  const alerts = [
    raised('RestoreInProgress'),
    raised('ErrorBudgetBurn'),
    raised('HostUnreachable'),
    raised('NoTraffic'),
    raised('TargetsMissing', { job: 'veza-chat-server', severity: 'critical' }),
    raised('TargetsMissing', { job: 'postgres', severity: 'critical' }),
    raised('BackupTooOld'),
  ];
  expect(await heard('restore', ...alerts)).toEqual([
    'BackupTooOld critical',
    'RestoreInProgress warning',
    'TargetsMissing critical',
  ]);
}, 300_000);

test('a lost node is one message', async () => {
  const node = 'node-1';
  const alerts = [
    raised('NodeDown', { node }),
    ...['node-exporter', 'kubelet', 'cadvisor'].map((job) => raised('TargetDown', { node, job })),
    raised('TargetDown', { node: '', job: 'kube-state-metrics' }),
    raised('ServiceDown', { node, severity: 'warning' }),
    raised('ReplicasMissing'),
    raised('TargetsMissing', { job: 'grafana', severity: 'warning' }),
  ];
  expect(await heard('lost-node', ...alerts)).toEqual(['NodeDown warning']);
}, 300_000);

test('a lost node mutes neither what pages nor what happens on another', async () => {
  const alerts = [
    raised('NodeDown', { node: 'node-1' }),
    raised('TargetDown', { node: 'node-2' }),
    raised('ServiceDown', { severity: 'critical', job: 'veza-chat-server' }),
  ];
  expect(await heard('two-nodes', ...alerts)).toEqual([
    'NodeDown warning',
    'ServiceDown critical',
    'TargetDown warning',
  ]);
}, 300_000);

test('a page mutes the warning on the same volume, and on no other', async () => {
  const alerts = [
    raised('VolumeFilling', { severity: 'critical' }),
    raised('VolumeFilling', { severity: 'warning', persistentvolumeclaim: 'data-postgres-0' }),
    raised('VolumeFullSoon'),
    raised('VolumeFilling', { severity: 'warning', persistentvolumeclaim: 'data-redis-0' }),
  ];
  expect(await heard('volumes', ...alerts)).toEqual(['VolumeFilling critical', 'VolumeFilling warning']);
}, 300_000);

test('the title of a message names the failure, the object and the place, and has links', async () => {
  await heard('titled', raised('ErrorBudgetBurn'), raised('ServiceDown', { severity: 'warning' }));
  const message = async (path: string, text: string) =>
    JSON.parse(await awaited(text, 60, async () => webhooks.find(path, text))).attachments[0];
  const page = await message('/critical', 'titled: veza-backend-api spends');
  expect(page.title).toBe('[FIRING] titled: veza-backend-api spends its error budget too fast');
  expect(page.title_link).toMatch(/^https:\/\/alerts\.veza\.app\/alertmanager\//);
  expect(page.text).toContain('Runbook: https://runbooks.test/ErrorBudgetBurn.md');
  expect(page.text).toContain('Query: https://prometheus.veza.app/graph');
  const pods = ['a', 'b'].map((pod) => raised('ServiceDown', { severity: 'warning', pod }));
  await heard('several', ...pods);
  const warning = await message('/warning', 'several: A replica');
  expect(warning.title).toBe('[FIRING] several: A replica of veza-backend-api is down (2 alerts)');
}, 300_000);

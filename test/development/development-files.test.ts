import { parse } from 'yaml';
import { writeMonitoringFiles } from '../../lib/development/development-files';
import { nameServiceWorkload } from '../../lib/platform/workload-names';
import { development } from '../../lib/veza/environments/development';
import { veza } from '../../lib/veza/veza';
import { knownManifests } from '../support/known-manifests';

const files = writeMonitoringFiles(veza, development);
const names = ['staging-monitoring', 'staging.dashboards'];
const cluster = names.flatMap((name) => knownManifests.get(`${name}.k8s.yaml`) ?? []);
const configs = cluster.flatMap(({ kind, data }) => (kind === 'ConfigMap' ? Object.entries(data ?? {}) : []));

function inCluster(pattern: RegExp): Map<string, string> {
  return new Map(configs.filter(([name]) => pattern.test(name)));
}

interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly { readonly alert?: string; readonly record?: string }[];
  }[];
}

function ruleNames(text: string | undefined): string[] {
  const { groups }: RuleFile = parse(text ?? 'groups: []');
  return groups.flatMap(({ rules }) => rules.map(({ alert, record }) => alert ?? record ?? ''));
}

/** What watches a job that no developer's machine has: certificates, and backups. */
const onlyInCluster = [
  'BackupTooOld',
  'BackupUnverified',
  'BackupFromFuture',
  'BackupShrunk',
  'RestoreInProgress',
  'CertificateNotReady',
  'CertificateNotRenewed',
];
const filesOnlyInCluster = ['backup.yaml'];

test('rules are those of the cluster', () => {
  const missing: string[] = [];
  const ours = Object.keys(files).filter((path) => path.startsWith('prometheus/rules/'));
  const theirs = configs.filter(([, text]) => text.startsWith('groups:'));
  expect(ours.length).toBeGreaterThan(10);
  expect(ours.map((path) => path.replace('prometheus/rules/', '')).sort()).toStrictEqual(
    theirs
      .map(([name]) => name)
      .filter((name) => !filesOnlyInCluster.includes(name))
      .sort(),
  );
  for (const [name, text] of theirs) {
    const ours = ruleNames(files[`prometheus/rules/${name}`]);
    missing.push(...ruleNames(text).filter((rule) => !ours.includes(rule)));
    expect(ours.filter((rule) => !ruleNames(text).includes(rule))).toStrictEqual([]);
  }
  expect(missing).toStrictEqual(onlyInCluster);
});

test('dashboards are those of the cluster, to the byte, but for the row of the backups', () => {
  const theirs = inCluster(/\.json$/);
  expect(theirs.size).toBe(5);
  for (const [name, text] of theirs) {
    const { panels } = JSON.parse(text);
    const row = panels.findIndex(({ type, title }: Panel) => type === 'row' && /backup/i.test(title));
    expect(row >= 0).toBe(name === 'postgres-overview.json');
    const ours = files[`grafana/dashboards/${name}`] ?? '';
    if (row < 0) expect(ours).toBe(text);
    else expect(titles(JSON.parse(ours).panels)).toStrictEqual(titles(withoutRow(panels, row)));
  }
});

function titles(panels: readonly Panel[]): string[] {
  return panels.map(({ type, title }) => `${type} ${title}`);
}

/** A row goes up to the next one. */
function withoutRow(panels: readonly Panel[], row: number): Panel[] {
  const next = panels.findIndex(({ type }, index) => index > row && type === 'row');
  return panels.filter((_, index) => index < row || (next > row && index >= next));
}

interface Panel {
  readonly type: string;
  readonly title: string;
}

test('every job has the name that it has in the cluster, and its target the port of its contract', () => {
  const { scrape_configs } = parse(files['prometheus/prometheus.yml'] ?? '');
  const targets = scrape_configs.map((config: ScrapeConfig) => [config.job_name, config.static_configs[0]?.targets[0]]);
  expect(targets).toStrictEqual([
    ...veza.services.map(({ name, ports }) => [nameServiceWorkload(veza.name, name), `${name}:${ports.metrics}`]),
    ['postgres', 'postgres-exporter:9187'],
    ['redis', 'redis-exporter:9121'],
    ['prometheus', 'prometheus:9090'],
    ['grafana', 'grafana:3000'],
    ['loki', 'loki:3100'],
    ['fluent-bit', 'fluent-bit:2022'],
    ['log-lines', 'fluent-bit:2021'],
  ]);
  const known = parse(inCluster(/^prometheus\.yml$/).get('prometheus.yml') ?? '').scrape_configs;
  const names = known.map(({ job_name }: ScrapeConfig) => job_name);
  expect(targets.filter(([job]: [string]) => !names.includes(job))).toStrictEqual([]);
});

interface ScrapeConfig {
  readonly job_name: string;
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
}

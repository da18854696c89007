import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { listAlertmanagerKeys } from '../../../lib/constructs/monitoring/monitoring-secrets';
import type { RuleGroup } from '../../../lib/constructs/monitoring/rules/rule';
import { production } from '../../support/environments/production';
import { staging } from '../../support/environments/staging';
import { KubernetesApi } from './kubernetes-api';
import { nodesAt, podsOf } from './pods';
import { clusterObjects, filesOf, prometheusConfiguration } from './synthesized';

interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

/** One of each server, as in staging; notifications as in production. */
const { receivers } = production.monitoring;
const environment = { ...staging, monitoring: { ...staging.monitoring, receivers } };
const { namespace } = environment;
const objects = clusterObjects(environment);
const addresses = new Map<string, string>();

/** Name of the database. */
export const database = environment.database.name;

/** Address that stands for the node's. */
export const nodeAddress = '127.78.0.1';

/** Port of the one public host that answers. */
export const edgePort = 8443;

/** The address on the loopback interface that stands for a pod's. */
export function addressOf(pod: string): string {
  const address = addresses.get(pod) ?? `127.77.0.${addresses.size + 1}`;
  addresses.set(pod, address);
  return address;
}

/** The API of a cluster in which the workloads run. */
export function clusterApi(): KubernetesApi {
  const pods = [namespace, `${namespace}-monitoring`, `${namespace}-logs`].map((name) => {
    return { kind: 'Pod' as const, namespace: name, items: podsOf(objects, name, addressOf) };
  });
  return new KubernetesApi(objects, `${namespace}-monitoring`, [
    ...pods,
    { kind: 'Node', namespace: '', items: nodesAt(nodeAddress) },
  ]);
}

/**
 * The arguments of a container as rendered, with other texts in place of some.
 * @throws Error if there is no such container.
 */
export function argsOf(name: string, replaced: Readonly<Record<string, string>>): string[] {
  const containers = objects.flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
  const found = containers.find((container) => container.name === name);
  if (found === undefined) throw new Error(`there is no container ${name}`);
  return (found.args ?? []).map((arg) =>
    Object.entries(replaced).reduce((text, [from, to]) => text.replace(from, to), arg),
  );
}

/** Folders with the rendered files in them. */
export class RenderedFiles {
  private readonly folder = mkdtempSync(join(tmpdir(), 'monitoring-'));
  private readonly rules = this.subfolder('rules');
  private readonly secrets = this.subfolder('secrets');

  constructor() {
    // PostgreSQL is not ours: it has to get through to its own.
    chmodSync(this.folder, 0o755);
  }

  /** A new folder for the given files. */
  subfolder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** prometheus.yml as rendered, but for the places of the API and of one host, and that everything happens within seconds. */
  prometheus(api: string): string {
    const configuration = prometheusConfiguration(objects);
    const { scrape_configs, alerting, global } = configuration;
    for (const { kubernetes_sd_configs } of [...scrape_configs, ...alerting.alertmanagers]) {
      for (const discovery of kubernetes_sd_configs ?? []) discovery.api_server = api;
    }
    for (const job of scrape_configs) Object.assign(job, { scrape_interval: '2s', scrape_timeout: '2s' });
    Object.assign(global, { evaluation_interval: '1s' });
    for (const [name, content] of Object.entries(filesOf(objects, 'prometheus-rules'))) {
      const { groups }: RuleFile = parse(content);
      this.writeRules(name, groups.map(hurried));
    }
    return this.write(
      'prometheus.yml',
      stringify(configuration)
        .replaceAll('/etc/prometheus-rules', this.rules)
        .replaceAll('https://chat.staging.veza.app', `https://${addressOf('edge')}:${edgePort}`)
        .replaceAll('blackbox-exporter:9115', `${addressOf('blackbox-exporter-0')}:9115`),
    );
  }

  /** Writes or changes a rule file. */
  writeRules(name: string, groups: readonly RuleGroup[]): void {
    writeFileSync(join(this.rules, name), stringify({ groups }));
  }

  /** alertmanager.yml as rendered, with shorter waits; the receivers' addresses come from the files of the Secret. */
  alertmanager(webhooks: string): string {
    for (const key of listAlertmanagerKeys(receivers)) writeFileSync(join(this.secrets, key), `${webhooks}/${key}`);
    const content = filesOf(objects, 'alertmanager-config')['alertmanager.yml'] ?? '';
    const configuration = parse(content.replaceAll('/etc/alertmanager-secrets', this.secrets).replaceAll('30s', '1s'));
    return this.write(
      'alertmanager.yml',
      stringify({ ...configuration, global: { ...configuration.global, pagerduty_url: `${webhooks}/pagerduty` } }),
    );
  }

  blackbox(): string {
    return this.write('blackbox.yml', filesOf(objects, 'blackbox-exporter-config')['blackbox.yml'] ?? '');
  }

  private write(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }
}

/** A group whose alerts wait for seconds instead of minutes. */
function hurried(group: RuleGroup): RuleGroup {
  return {
    name: group.name,
    rules: group.rules.map((rule) => ('alert' in rule && rule.for !== '0s' ? { ...rule, for: '3s' } : rule)),
  };
}

/** Every expression of the rules and of the dashboards' panels. */
export function expressions(): string[] {
  const rules = Object.values(filesOf(objects, 'prometheus-rules')).flatMap((content) =>
    (parse(content) as RuleFile).groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
  );
  const panels = objects
    .filter(({ metadata }) => metadata.name.startsWith('grafana-dashboard-'))
    .flatMap(({ data = {} }) => Object.values(data))
    .flatMap((json) => [...json.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => JSON.parse(text)));
  return [...rules, ...panels];
}

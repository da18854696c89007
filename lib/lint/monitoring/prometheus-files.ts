import type { Cursor } from '../../manifests/cursor';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import type { Rule, Violation } from '../rule';
import { findMonitoringFiles, listAlertingRules, type MonitoringFile } from './monitoring-files';
import { type ScrapeJob, scrapeJobsOf, targetsOf } from './scrape-targets';

export const scrapeJobs: Rule = {
  name: 'scrape-jobs',
  class: 'broken',
  finds: 'A scrape job, or an Alertmanager connection, that finds no pod.',
  why: 'The metrics are missing, and alerts on them never fire.',
  fix: 'Correct the discovery, the relabelling or the port.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    scrape_configs:
      - job_name: web
        static_configs: [{ targets: ["web:8080"] }]
`,
  *check(set) {
    for (const file of findMonitoringFiles(set).prometheus) {
      for (const { job, targets } of [...scrapeJobsOf(file, set), ...alertmanagersOf(set, file)]) {
        const { containers, mayBeElsewhere, dangling } = targets;
        for (const at of dangling) {
          yield {
            at,
            message: `"${at.value}" is not a port of a Service whose pods expose it`,
            remedy: 'name a Service and a port of it, or discover the pods',
          };
        }
        if (containers.length > 0 || mayBeElsewhere || dangling.length > 0) continue;
        yield { at: job, message: 'the job finds no pod', remedy: 'correct what it discovers and what it keeps' };
      }
    }
  },
};

/** Connections to Alertmanagers are discovered like jobs. */
function alertmanagersOf(set: ManifestSet, { object, content }: MonitoringFile): ScrapeJob[] {
  const connections = content.items('alerting', 'alertmanagers');
  return connections.map((job) => ({ job, targets: targetsOf(set, object.namespace, job) }));
}

export const ruleFiles: Rule = {
  name: 'rule-files',
  class: 'broken',
  finds: 'A rule file that Prometheus loads but that no ConfigMap has.',
  why: 'Its alerts never fire.',
  fix: 'Correct the name, or add the file.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    rule_files: [/etc/prometheus/rules.yml]
    scrape_configs: []
`,
  *check(set) {
    for (const { object, content } of findMonitoringFiles(set).prometheus) {
      const names = fileNames(set, object.namespace);
      for (const at of content.items('rule_files')) {
        const pattern = String(at.value).replace(/^.*\//, '');
        if (names.some((name) => globOf(pattern).test(name))) continue;
        yield {
          at,
          message: `no rule file is called ${pattern} (there is ${formatList(names)})`,
          remedy: 'correct the name, or add the file to a ConfigMap',
        };
      }
    }
  },
};

/** Files that a pod of the namespace can mount: also empty ones, and ones of any ending. */
function fileNames(set: ManifestSet, namespace: string): string[] {
  return set
    .ofType('ConfigMap', 'Secret')
    .filter((source) => source.namespace === namespace)
    .flatMap((source) => ['data', 'stringData', 'binaryData'].flatMap((field) => source.at(field).entries()))
    .map(([key]) => key);
}

/** The shell patterns that Prometheus understands, as a regular expression. */
function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
}

const required = [
  ['labels', 'severity'],
  ['annotations', 'summary'],
  ['annotations', 'description'],
  ['annotations', 'runbook_url'],
] as const;

export const alertAnnotations: Rule = {
  name: 'alert-annotations',
  class: 'policy',
  finds: 'An alert without severity, summary, description or runbook.',
  why: 'The person on call learns neither how urgent it is nor what to do.',
  fix: 'State labels.severity and the three annotations.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: rules, namespace: monitoring }
data:
  rules.yml: |
    groups:
      - name: web
        rules: [{ alert: WebDown, expr: up == 0 }]
`,
  *check(set, { monitoring }) {
    for (const alert of listAlertingRules(findMonitoringFiles(set))) {
      if (!alert.has('alert')) continue;
      yield* missing(alert);
      if (monitoring?.runbooks) yield* danglingRunbook(alert, monitoring.runbooks);
    }
  },
};

function* missing(alert: Cursor): Generator<Violation> {
  for (const path of required) {
    if (alert.text(...path)) continue;
    yield {
      at: alert.at(...path),
      message: `alert ${alert.text('alert')} has no ${path[1]}`,
      remedy: `state ${path.join('.')}`,
    };
  }
}

function* danglingRunbook(alert: Cursor, runbooks: readonly string[]): Generator<Violation> {
  const url = alert.text('annotations', 'runbook_url');
  const name = url
    ?.replace(/[#?].*$/, '')
    .replace(/^.*\//, '')
    .replace(/\.\w+$/, '');
  if (name === undefined || runbooks.includes(name)) return;
  yield {
    at: alert.at('annotations', 'runbook_url'),
    message: `there is no runbook "${name}"`,
    remedy: 'write the runbook, or correct the address',
  };
}

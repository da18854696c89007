import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container } from '../../manifests/pod-template';
import { rememberTexts } from '../../manifests/remember';
import { listLogMetrics } from '../logging/fluent-bit-files';
import type { Rule, Violation } from '../rule';
import { type Exporter, exporters, fluentBit, seriesOf } from './exporters';
import { findMonitoredContainers } from './monitor-targets';
import { findMonitoringFiles, findNamedMetrics, listAlertingRules, type MonitoringFiles } from './monitoring-files';
import { scrapeJobsOf } from './scrape-targets';

/** Series that Prometheus generates itself. */
const builtIn = /^(up|ALERTS|ALERTS_FOR_STATE|scrape_.+)$/;

export const exportedMetrics: Rule = {
  name: 'exported-metrics',
  class: 'broken',
  finds: 'A metric in a rule or dashboard that no scrape target exports and no rule records.',
  why: 'The alert never fires, or the panel is empty.',
  fix: 'Correct the name, or scrape the exporter.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    scrape_configs: []
  rules.yml: |
    groups:
      - name: web
        rules: [{ alert: WebDown, expr: web_up == 0 }]
`,
  *check(set, { monitoring }) {
    const files = findMonitoringFiles(set);
    const all = [...(monitoring?.exporters ?? []), ...exporters];
    if (files.prometheus.length === 0) {
      yield* unmonitored(set, files, all);
      return;
    }
    const { scraped: programs, areAllKnown, isOpen } = scrapedExporters(set, files, all);
    const ofLines = listLogMetrics(set);
    const scraped = programs.includes(fluentBit) ? [...programs, ...ofLines] : programs;
    const series = scraped.flatMap(({ metrics }) => (metrics === undefined ? [] : seriesOf(metrics)));
    const recorded = new Set(listAlertingRules(files).map((rule) => rule.text('record')));
    const unlisted = scraped.filter(({ metrics }) => metrics === undefined);
    const open = unlisted.flatMap(({ families = [], shared = [] }) => [...families, ...shared]);
    // Where a pod needs only an annotation to be scraped, a known exporter may be in another set.
    const owned = (isOpen ? scraped : [...all, ...ofLines]).flatMap(({ families = [] }) => families);
    const isFound = (name: string) =>
      builtIn.test(name) || series.some((names) => names.has(name)) || recorded.has(name) || beginsWith(name, open);
    // An unknown target may export any metric, except those of known exporters.
    const isMissing = rememberTexts((name) => !isFound(name) && (areAllKnown || beginsWith(name, owned)));
    for (const { at, name } of findNamedMetrics(files, isMissing)) {
      yield {
        at,
        message: `nothing that is scraped exports ${name}, and no rule records it`,
        remedy: 'correct the name, or scrape what exports it',
      };
    }
  },
};

/**
 * Where an operator configures Prometheus, it may scrape whatever is outside the set. Of the exporters in the set, those
 * are scraped that a monitor selects.
 */
function* unmonitored(set: ManifestSet, files: MonitoringFiles, all: readonly Exporter[]): Generator<Violation> {
  const monitored = findMonitoredContainers(set);
  if (monitored.length === 0) return;
  const exportersOf = (containers: readonly Container[]) =>
    containers.flatMap((container) => exporterNamed(all, imageOf(container)) ?? []);
  const scraped = monitored.flatMap(({ monitor, containers }) => [
    ...exportersOf(containers),
    ...[exporterNamed(all, monitor.name)].filter((exporter) => exporter !== undefined),
  ]);
  const idle = exportersOf(set.pods.flatMap(({ containers }) => containers)).filter((each) => !scraped.includes(each));
  const isExportedBy = (exporters: readonly Exporter[], name: string) =>
    exporters.some((exporter) => exportsMetric(exporter, name));
  const isIdle = (name: string) => isExportedBy(idle, name) && !isExportedBy(scraped, name);
  for (const { at, name } of findNamedMetrics(files, isIdle)) {
    yield {
      at,
      message: `no monitor selects what exports ${name}`,
      remedy: 'correct the name, or the selector and port of the monitor',
    };
  }
}

function exportsMetric({ metrics, families = [] }: Exporter, name: string): boolean {
  return beginsWith(name, families) || (metrics !== undefined && seriesOf(metrics).has(name));
}

interface Scraped {
  readonly scraped: readonly Exporter[];
  readonly areAllKnown: boolean;
  readonly isOpen: boolean;
}

function scrapedExporters(set: ManifestSet, files: MonitoringFiles, all: readonly Exporter[]): Scraped {
  const jobs = files.prometheus.flatMap((file) => scrapeJobsOf(file, set));
  const isOpen = jobs.some(({ targets }) => targets.isOpen);
  const found = jobs.flatMap(({ job, targets: { containers, mayBeElsewhere } }) => {
    // A textfile collector exports metrics of other programs: only the job name identifies those.
    const named = exporterNamed(all, job.text('job_name') ?? '');
    return [
      ...containers.map((container) => exporterNamed(all, imageOf(container))),
      ...(mayBeElsewhere || named !== undefined ? [named] : []),
    ];
  });
  return {
    scraped: [...new Set(found)].filter((exporter) => exporter !== undefined),
    areAllKnown: !found.includes(undefined) && !isOpen,
    isOpen,
  };
}

function exporterNamed(all: readonly Exporter[], name: string): Exporter | undefined {
  return all.find(({ program }) => program.test(name));
}

function imageOf({ at }: Container): string {
  return at.text('image') ?? '';
}

function beginsWith(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix));
}

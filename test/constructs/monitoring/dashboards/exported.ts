import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordingNames, sliWindows } from '../../../../lib/constructs/monitoring/rules/service-slo';
import type { ServiceMetric } from '../../../../lib/platform/settings/service-metrics';
import { input } from './support';

/** What a metric is: `histogram` and `summary` stand for the counters that they are made of. */
type MetricType = 'counter' | 'gauge' | 'untyped' | 'histogram' | 'summary';

const folder = join(__dirname, '..', 'exported');

/** What the scrape jobs export: job -> metric -> its type. `$service` is whichever service the reader has chosen. */
export const exported: ReadonlyMap<string, ReadonlyMap<string, MetricType>> = new Map([
  ...readdirSync(folder).map((file) => [file.replace('.txt', ''), listed(join(folder, file))] as const),
  ['$service', new Map(input.services.flatMap(({ contract }) => Object.entries(contract.metrics.exports).map(typed)))],
]);

/** The type of a series of a job: that of its metric, or counter for those that a histogram or summary is made of. */
export function seriesType(job: string, series: string): MetricType | undefined {
  const metrics = exported.get(job);
  const type = metrics?.get(series);
  if (type !== undefined) return type;
  const whole = metrics?.get(series.replace(/_(bucket|sum|count)$/, ''));
  return whole === 'histogram' || whole === 'summary' ? 'counter' : undefined;
}

/** Series that Prometheus makes itself for every target or alert, whatever the job. */
export const ownSeries: readonly string[] = ['up', 'scrape_samples_scraped', 'ALERTS'];

/** Series that our rules record. */
export const recordedSeries: readonly string[] = Object.values(recordingNames).flatMap((name) =>
  typeof name === 'string' ? [name] : sliWindows.map(name),
);

function listed(path: string): Map<string, MetricType> {
  const lines = readFileSync(path, 'utf8').split('\n');
  return new Map(
    lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(' ') as [string, MetricType]),
  );
}

function typed([name, { type }]: [string, ServiceMetric]): [string, MetricType] {
  return [name, type];
}

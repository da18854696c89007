/** Metric names by type. */
export type Metrics = Partial<Record<MetricType, readonly string[]>>;

type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** A program that exports metrics. */
export interface Exporter {
  /** Recognizes the program by its image, or by the name of the job that scrapes it. */
  readonly program: RegExp;
  /**
   * Metrics that it exports.
   * @default - every metric with one of its prefixes
   */
  readonly metrics?: Metrics;
  /**
   * Prefixes that only this exporter uses: `pg_`.
   * @default - none
   */
  readonly families?: readonly string[];
  /**
   * Prefixes that other exporters use as well: `go_`.
   * @default - none
   */
  readonly shared?: readonly string[];
}

/** The series that a type of metric consists of, by their endings. */
const endings: readonly (readonly [type: MetricType, endings: readonly string[]])[] = [
  ['counter', ['']],
  ['gauge', ['']],
  ['histogram', ['_bucket', '_sum', '_count']],
  ['summary', ['', '_sum', '_count']],
  ['untyped', ['']],
];

/** The names of all series that metrics consist of. */
export function seriesOf(metrics: Metrics): string[] {
  return endings.flatMap(([type, ends]) => {
    return metrics[type]?.flatMap((name) => ends.map((end) => `${name}${end}`)) ?? [];
  });
}

/** Metric names by type. */
export type Metrics = Partial<Record<MetricType, readonly string[]>>;

type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** A program that exports metrics. */
export interface Exporter {
  /** Recognizes the program by its image, or by the name of the job that scrapes it. */
  readonly program: RegExp;
  /**
   * What it exports.
   * @default - whatever begins like one of its families
   */
  readonly metrics?: Metrics;
  /**
   * Prefixes that are its own: `pg_`. Nobody else exports metrics that begin so.
   * @default - none
   */
  readonly families?: readonly string[];
  /**
   * Prefixes of metrics without a list that others export too: `go_`.
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

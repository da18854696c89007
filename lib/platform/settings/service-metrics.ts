import * as z from 'zod';
import { reportProblem } from '../errors';

/** Metrics that a service exports, and its service level indicator. */
export interface ServiceMetrics {
  /** Every metric that rules and dashboards read, by its name: a histogram's without `_bucket`, `_sum` and `_count`. */
  readonly exports: Readonly<Record<string, ServiceMetric>>;
  /** Which events there are, and which of them are bad. */
  readonly indicator: Indicator;
  /** How long users wait. */
  readonly responseTime: ResponseTime;
}

/** A metric that a service exports. */
export interface ServiceMetric {
  /** Type by which Prometheus reads it. */
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What it counts or measures, and the meaning of its labels. */
  readonly help: string;
  /** Whether it is an assumption that the image exports it: no documentation names it. */
  readonly assumed: boolean;
}

/**
 * The service level indicator: which events there are, and which of them are bad.
 * Their share is held against the objective that an environment states.
 */
export type Indicator = CountedIndicator | TimedIndicator;

/** Events that a counter counts, some of which failed: requests, or connects. */
export interface CountedIndicator {
  /** What the events are: `requests` or `connects`. */
  readonly kind: 'requests' | 'connects';
  /** Counter of all events. */
  readonly counter: string;
  /** What those that failed have in this label, as an anchored regular expression. */
  readonly failed: FailedEvents;
}

/** Identifies the events that failed. */
export interface FailedEvents {
  /** Label of the counter, such as `status`. */
  readonly label: string;
  /** Anchored regular expression of the label's values, such as `5..`. */
  readonly pattern: string;
}

/** Events whose duration a histogram holds: bad ones are slower than a bound. */
export interface TimedIndicator {
  readonly kind: 'time-to-first-byte';
  /** Name of the histogram, without `_bucket`, such as `stream_time_to_first_byte_seconds`. */
  readonly histogram: string;
  /** Seconds that a good event takes at most: the bound of one of the histogram's buckets. */
  readonly bound: number;
}

/** How long users wait: a histogram in seconds, and what its 95th percentile may be. */
export interface ResponseTime {
  /** Name of the histogram, without `_bucket`, such as `http_request_duration_seconds`. */
  readonly histogram: string;
  /** Seconds that the 95th percentile stays below. */
  readonly p95: number;
}

const metricName = z
  .string()
  .regex(
    /^[a-zA-Z_][a-zA-Z0-9_]*$/,
    'use letters, digits and underscores, no digit first, such as http_requests_total',
  );
const seconds = z.number('use a number of seconds').positive('use more than 0 seconds');

const metric = z.strictObject({
  type: z.enum(['counter', 'gauge', 'histogram']),
  help: z.string().min(1, 'is empty; say what it counts or measures'),
  assumed: z.boolean(),
});

const indicator = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['requests', 'connects']),
    counter: metricName,
    failed: z.strictObject({ label: metricName, pattern: z.string().refine(isPattern, 'use a regular expression') }),
  }),
  z.strictObject({ kind: z.literal('time-to-first-byte'), histogram: metricName, bound: seconds }),
]);

/**
 * What a service exports, every metric that its indicator names among it.
 * @internal
 */
export const serviceMetricsSchema = z
  .strictObject({
    exports: z.record(metricName, metric),
    indicator,
    responseTime: z.strictObject({ histogram: metricName, p95: seconds }),
  })
  .superRefine((metrics, context) => {
    for (const { path, name, type } of listReferences(metrics)) {
      if (metrics.exports[name]?.type === type) continue;
      const message = `is no ${type} of exports; name one of them`;
      reportProblem(context, path, message);
    }
  }) satisfies z.ZodType<ServiceMetrics>;

/** A metric that is named, and what it has to be. */
interface Reference {
  readonly path: string[];
  readonly name: string;
  readonly type: 'counter' | 'histogram';
}

function listReferences({ indicator, responseTime }: ServiceMetrics): Reference[] {
  return [
    indicator.kind === 'time-to-first-byte'
      ? { path: ['indicator', 'histogram'], name: indicator.histogram, type: 'histogram' }
      : { path: ['indicator', 'counter'], name: indicator.counter, type: 'counter' },
    { path: ['responseTime', 'histogram'], name: responseTime.histogram, type: 'histogram' },
  ];
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(`^(?:${text})$`) !== undefined;
  } catch {
    return false;
  }
}

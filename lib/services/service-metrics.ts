/** What a service exports, and which of it tells whether its users are served well. */
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
  /** What it counts or measures, and what its labels tell. */
  readonly help: string;
  /** Whether we only assume that the image exports it: nothing that we were given names it. */
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

/** How events that failed are told from the others. */
export interface FailedEvents {
  /** Label of the counter, such as `status`. */
  readonly label: string;
  /** Anchored regular expression of the label's values, such as `5..`. */
  readonly pattern: string;
}

/** Events whose duration a histogram holds: bad ones are slower than a bound. */
export interface TimedIndicator {
  /** The literal `time-to-first-byte`. */
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

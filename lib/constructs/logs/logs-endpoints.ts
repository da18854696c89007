/** Workloads of the logs: their names and ports. Loki runs beside Prometheus, the collectors in a namespace of their own. */
export const logsEndpoints = {
  loki: { name: 'loki', port: 3100 },
  collector: {
    name: 'fluent-bit',
    /** Answers the kubelet's probes. */
    healthPort: 2020,
    /** Counters of the lines of the environment's workloads. */
    linesPort: 2021,
    /** The collector's own metrics. */
    metricsPort: 2022,
  },
} as const;

/** Name of the collector's port with the counters of lines. */
export const linesPortName = 'lines';

/** Labels of a stream in Loki, and of the counters of lines. Few values each: every combination is a stream. */
export const streamLabels = ['namespace', 'app', 'container', 'level'] as const;

/** What is stored with each line without being a label, since it has too many values. */
export const structuredMetadata = ['pod', 'trace_id'] as const;

/** What the counters of lines tell apart in addition to the labels: `line`, `panic` or `failed-login`. */
export const eventLabel = 'event';

/** Name of the counter of lines, which the collector composes of three parts. */
export const linesCounter = 'log_collected_lines_total';

import * as z from 'zod';
import { reportProblem } from '../errors';
import type { ServiceMetrics } from '../service-contract';

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

/** What a service exports, every metric that its indicator names among it. */
export const serviceMetricsSchema = z
  .strictObject({
    exports: z.record(metricName, metric),
    indicator,
    responseTime: z.strictObject({ histogram: metricName, p95: seconds }),
  })
  .superRefine((metrics, context) => {
    for (const { path, name, type } of references(metrics)) {
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

function references({ indicator, responseTime }: ServiceMetrics): Reference[] {
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

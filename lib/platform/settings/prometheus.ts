import * as z from 'zod';
import { reportProblem } from '../errors';
import { count, quantityFrom, wholeNumber } from './formats';
import { toBinaryQuantity, tryParseQuantity } from './quantity';
import { type ServerSettings, serverSettings } from './resources';

/** Size of Prometheus, and how long it keeps metrics. */
export interface PrometheusSettings extends ServerSettings {
  /** Pods, each of which collects everything: 2 to survive the loss of one. At least 1. */
  readonly replicas: number;
  /** How much is kept. */
  readonly retention: Retention;
}

/** How much Prometheus keeps: metrics are deleted when either limit is exceeded. */
export interface Retention {
  /** Days, at least 35: the error budget is of 30 days. */
  readonly days: number;
  /** Bytes as a Kubernetes quantity, at most 85 % of the volume, such as `16Gi`. */
  readonly size: string;
}

/** Share of a volume that data may fill: a block that is being written counts only when it is whole. */
const maximumFillRatio = 0.85;

/** @internal */
export const prometheusSettings = serverSettings
  .extend({
    replicas: count,
    retention: z.strictObject({
      // A month's review comes after its end.
      days: wholeNumber({ min: 35, why: 'the error budget is of 30 days' }),
      size: quantityFrom('1Mi'),
    }),
  })
  .superRefine(({ storage, retention }, context) => {
    const [volume, kept] = [tryParseQuantity(storage.size), tryParseQuantity(retention.size)];
    if (volume === undefined || kept === undefined) return;
    const most = Math.floor(volume * maximumFillRatio);
    if (kept <= most) return;
    const room = toBinaryQuantity(Math.floor(most / 2 ** 20) * 2 ** 20);
    const share = `${maximumFillRatio * 100} % of the volume of ${storage.size}`;
    reportProblem(context, ['retention', 'size'], `is more than ${share}; keep at most ${room}, or enlarge the volume`);
  });

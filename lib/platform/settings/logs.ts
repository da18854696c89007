import * as z from 'zod';
import { checkUnique, reportProblem } from '../errors';
import { type Bucket, bucketFields } from './bucket';
import { count, quantityFrom } from './formats';
import { parseQuantity, toBinaryQuantity, tryParseQuantity } from './quantity';
import { type ServerSettings, serverSettings } from './resources';
import { type SecretSource, secretSourceSchema } from './secret-source';

/** Whether the logs of an environment are collected and kept. */
export type Logs = LokiLogs | NoLogs;

/** No logs are collected: they are lost with their pods. */
export interface NoLogs {
  readonly kind: 'none';
}

/** Fluent Bit on every node sends the lines of the environment's pods to one Loki. */
export interface LokiLogs {
  readonly kind: 'loki';
  /** Bytes of log lines that all its pods write on a busy day, before compression, such as `1Gi`. */
  readonly expectedPerDay: string;
  /** How long lines are kept. */
  readonly retention: LogRetention;
  /** Size of Loki, which runs as one process. */
  readonly server: ServerSettings;
  /** Where Loki keeps the lines. */
  readonly store: LogStore;
  /** The collectors, one on each node. */
  readonly collector: CollectorSettings;
}

/** How long lines are kept. Shortening it deletes nothing that is stored already. */
export interface LogRetention {
  /** Days, such as 15. */
  readonly days: number;
  /** Levels whose lines are kept for fewer days than the others; else none. */
  readonly shorter: readonly ShorterRetention[];
}

/** A level whose lines are kept for fewer days. */
export interface ShorterRetention {
  /** The level, such as `debug`. */
  readonly level: LogLevel;
  /** Days that its lines are kept, such as 1: fewer than the others. */
  readonly days: number;
}

/** Where Loki keeps the lines: on its own volume, or in a bucket. */
export type LogStore = VolumeLogStore | BucketLogStore;

/** Loki's own volume: if the cluster is lost, so are the logs. */
export interface VolumeLogStore {
  readonly kind: 'volume';
}

/**
 * A bucket that speaks S3, with credentials of its own. Loki deletes there what is older than the retention. The volume then holds only
 * what is not uploaded yet.
 */
export interface BucketLogStore extends Bucket {
  readonly kind: 'bucket';
  /** Where the values of its credentials come from. */
  readonly secrets: SecretSource;
}

/** The collectors of an environment, one on each node. */
export interface CollectorSettings {
  /** Most nodes that the cluster grows to, such as 100: the namespace's quota holds one pod for each. */
  readonly maximumNodes: number;
  /** Bytes that a collector buffers on its node's disk at most while Loki is down, such as `512Mi`. Older lines are dropped. */
  readonly buffer: string;
}

/** Levels of log lines, from the least to the most severe. `unknown` is what has none, or one that is not recognized. */
export const logLevels = ['unknown', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** Level of a log line. */
export type LogLevel = (typeof logLevels)[number];

/** Share of Loki's volume that lines may fill: its index and write-ahead log, and a busy day, need the rest. */
const fillRatio = 0.7;

/** Days of lines that the volume holds where a bucket has the others: a bucket that is out of reach for a day loses none. */
const daysBeforeUpload = 1;

const retentionSchema = z
  .strictObject({
    days: count,
    shorter: z
      .array(z.strictObject({ level: z.enum(logLevels), days: count }))
      .readonly()
      .superRefine(checkUnique('level', 'state each level once')),
  })
  .superRefine(({ days: all, shorter }, context) => {
    shorter.forEach(({ days: own }, index) => {
      if (own < all) return;
      const message = `is not fewer than the ${all} days of all lines; lower it or leave it out`;
      reportProblem(context, ['shorter', index, 'days'], message);
    });
  });

const storeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('volume') }),
  z.strictObject({ kind: z.literal('bucket'), ...bucketFields, secrets: secretSourceSchema }),
]);

const lokiSchema = z
  .strictObject({
    kind: z.literal('loki'),
    expectedPerDay: quantityFrom('1Mi'),
    retention: retentionSchema,
    server: serverSettings,
    store: storeSchema,
    collector: z.strictObject({
      maximumNodes: count,
      // Below this a chunk of each stream that is written at once would not fit.
      buffer: quantityFrom('64Mi'),
    }),
  })
  .superRefine((logs, context) => {
    const message = findCapacityProblem(logs);
    if (message === undefined) return;
    reportProblem(context, ['server', 'storage', 'size'], message);
  });

/** @internal */
export const logsSchema = z.discriminatedUnion('kind', [lokiSchema, z.strictObject({ kind: z.literal('none') })]);

/** Days of lines that Loki's volume holds. */
export function computeDaysOnVolume({ store, retention }: Pick<LokiLogs, 'store' | 'retention'>): number {
  return store.kind === 'bucket' ? Math.min(daysBeforeUpload, retention.days) : retention.days;
}

/** Loki deletes by age and never by size, and stops when its volume is full. */
function findCapacityProblem(logs: LokiLogs): string | undefined {
  const { expectedPerDay, server } = logs;
  const [daily, volume] = [tryParseQuantity(expectedPerDay), tryParseQuantity(server.storage.size)];
  if (daily === undefined || volume === undefined) return undefined;
  const held = computeDaysOnVolume(logs);
  if (daily * held <= fillRatio * volume) return undefined;
  const gibibyte = parseQuantity('1Gi');
  const needed = toBinaryQuantity(Math.ceil((daily * held) / fillRatio / gibibyte) * gibibyte);
  return (
    `cannot hold ${expectedPerDay} a day for ${held} ${held === 1 ? 'day' : 'days'} in ${fillRatio * 100} % of it; ` +
    `use ${needed} or more, keep fewer days${logs.store.kind === 'volume' ? ', or use a bucket' : ''}`
  );
}

import * as z from 'zod';
import { reportProblem } from '../errors';
import { checkMaxAge, cronSchedule } from './cron-schedule';
import { checkBackupVolume, checkMemory, type DatabaseServer, serverFields } from './database-server';
import { count, dnsLabel, wholeNumber } from './formats';
import { parsePageCache } from './postgres-parameters';
import { toBinaryQuantity, tryParseQuantity } from './quantity';
import { type Storage, storageSchema } from './resources';

/**
 * A database that runs in the cluster as a primary with standbys, under the operator CloudNativePG. No acknowledged
 * commit is lost with one node, and any moment of the archive can be restored.
 */
export interface ClusterDatabase extends DatabaseServer {
  readonly kind: 'cluster';
  /**
   * Name of the Cluster that services reach, such as `postgres-cluster`. A recovery makes another one beside it and names
   * it; stated here it stays the one that services reach.
   */
  readonly cluster: string;
  /** What the data of that Cluster began with. */
  readonly start: ClusterStart;
  /** Servers, the primary among them: 3 or more, since a commit waits until one standby has it, such as 3. */
  readonly instances: number;
  /** Volume of each server's write-ahead log, so that a full one does not fill the data's. */
  readonly walStorage: Storage;
  /** Base backups and write-ahead log in the bucket that `backup.offsite` states. */
  readonly archive: ArchiveSettings;
  /** Namespace of the operator and of its plugin Barman Cloud, such as `cnpg-system`. */
  readonly operatorNamespace: string;
}

/** What the data of a Cluster began with. */
export type ClusterStart = EmptyStart | RecoveredStart;

/** A new, empty server. */
export interface EmptyStart {
  readonly kind: 'empty';
}

/** Another Cluster as it was at a moment, from its archive. */
export interface RecoveredStart {
  readonly kind: 'recovery';
  /** Name of that Cluster, such as `postgres-cluster`. */
  readonly from: string;
  /** The moment in RFC 3339 and UTC, such as `2026-11-29T01:15:00Z`. */
  readonly time: string;
}

/** The archive of a Cluster: base backups, and the write-ahead log since. */
export interface ArchiveSettings {
  /** When a base backup begins, by UTC and in cron's five fields, such as `45 1 * * *`. */
  readonly schedule: string;
  /** Days back to which any moment can be restored, such as 14. */
  readonly keepDays: number;
  /** Hours after which the latest base backup is too old: more than lie between two, such as 26 for a daily one. */
  readonly maxAgeHours: number;
}

/** The name of a Cluster: the operator adds to it, and a recovery adds a time. */
const clusterName = dnsLabel.max(32);

const startSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('empty') }),
  z.strictObject({
    kind: z.literal('recovery'),
    from: clusterName,
    time: z.iso.datetime('use RFC 3339 and UTC, such as 2026-11-29T01:15:00Z'),
  }),
]);

const archiveSchema = z
  .strictObject({
    schedule: cronSchedule,
    keepDays: count,
    maxAgeHours: count,
  })
  .superRefine(checkMaxAge('base backups'));

/** @internal */
export const clusterDatabase = z
  .strictObject({
    kind: z.literal('cluster'),
    ...serverFields,
    cluster: clusterName,
    start: startSchema,
    instances: wholeNumber({ min: 3, why: 'with fewer, one lost server stops all writes' }),
    walStorage: storageSchema,
    archive: archiveSchema,
    operatorNamespace: dnsLabel,
  })
  .superRefine(checkMemory)
  .superRefine(checkBackupVolume)
  .superRefine(checkRequest)
  .superRefine(checkBucket)
  .superRefine(checkStart);

/** The operator refuses a request of memory that does not hold the page cache. */
function checkRequest({ resources, parameters }: DatabaseServer, context: z.RefinementCtx): void {
  const needed = parsePageCache(parameters);
  const memory = tryParseQuantity(resources.requests.memory);
  if (memory === undefined || Number.isNaN(needed) || memory >= needed) return;
  reportProblem(
    context,
    ['resources', 'requests', 'memory'],
    `is below the ${toBinaryQuantity(needed)} of shared_buffers; ask for more`,
  );
}

function checkBucket({ backup }: DatabaseServer, context: z.RefinementCtx): void {
  if (backup.offsite.kind === 'bucket') return;
  reportProblem(
    context,
    ['backup', 'offsite', 'kind'],
    'leaves the archive of the cluster without a place; state a bucket, or use database.kind single',
  );
}

function checkStart({ cluster, start }: Pick<ClusterDatabase, 'cluster' | 'start'>, context: z.RefinementCtx): void {
  if (start.kind === 'empty' || start.from !== cluster) return;
  const message = 'is the Cluster itself; a recovery makes another one';
  reportProblem(context, ['start', 'from'], message);
}

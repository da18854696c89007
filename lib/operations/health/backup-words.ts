import type { Job } from '../objects';
import { span } from './age';
import { ofKind, type Snapshot } from './snapshot';

/** What a backup tells of itself when it ends. */
interface BackupRecord {
  readonly name: string;
  readonly bytes: number;
  readonly databaseBytes: number;
  readonly seconds: number;
}

/** A Job's last words, from the youngest of its pods that is still there. */
export function lastWords({ metadata }: Job, snapshot: Snapshot): string | undefined {
  const pods = ofKind(snapshot, 'Pod').filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      pod.metadata.ownerReferences?.some(({ kind, name }) => kind === 'Job' && name === metadata.name),
  );
  const [youngest] = pods.sort((a, b) =>
    (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''),
  );
  const words = youngest?.status?.containerStatuses?.[0]?.state?.terminated?.message?.trim().split('\n').at(-1);
  return words === '' ? undefined : words;
}

/** Name, size and duration of the backup that a Job made: `: 20261125T021500Z, 1.2 GB of a database of 4.5 GB, in 2 min`. */
export function backupRecord(job: Job, snapshot: Snapshot): string {
  const record = parsed(lastWords(job, snapshot));
  if (record === undefined) return '';
  const { name, bytes, databaseBytes, seconds } = record;
  return `: ${name}, ${size(bytes)} of a database of ${size(databaseBytes)}, in ${span(seconds * 1000)}`;
}

/** A copy tells nothing of the kind, and neither does a pod whose message was lost. */
function parsed(text: string | undefined): BackupRecord | undefined {
  try {
    const record = JSON.parse(text ?? '') as Partial<BackupRecord> | null;
    return typeof record?.name === 'string' && typeof record.bytes === 'number' ? (record as BackupRecord) : undefined;
  } catch {
    return undefined;
  }
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power]}`;
}

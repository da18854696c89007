import { recordsIn } from '../backup/backup-record';
import { lastWords } from '../jobs/job-pod';
import type { Job, Pod } from '../objects';
import { lastLine } from '../program';
import { readableBytes, readableSpan } from '../readable';
import { ofKind, type Snapshot } from './snapshot';

/** A Job's last line, from the youngest of its pods that is still there; empty if it left none. */
export function lastLineOf(job: Job, snapshot: Snapshot): string {
  const pod = youngestPod(job, snapshot);
  return pod === undefined ? '' : lastLine(lastWords(pod));
}

/**
 * Name, size and duration of the backup that a Job made: `: 20261125T021500Z, 1.2 GiB of a database of 4.5 GiB, in 2 min`. A
 * copy tells nothing of the kind, and neither does a pod whose message was lost.
 */
export function madeBy(job: Job, snapshot: Snapshot): string {
  const record = recordsIn(lastLineOf(job, snapshot)).at(-1);
  if (record === undefined) return '';
  const { name, bytes, databaseBytes, seconds } = record;
  return `: ${name}, ${readableBytes(bytes)} of a database of ${readableBytes(databaseBytes)}, in ${readableSpan(seconds)}`;
}

function youngestPod({ metadata }: Job, snapshot: Snapshot): Pod | undefined {
  return ofKind(snapshot, 'Pod')
    .filter((pod) => pod.metadata.namespace === metadata.namespace)
    .filter((pod) => pod.metadata.ownerReferences?.some(({ kind, name }) => kind === 'Job' && name === metadata.name))
    .sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''))
    .at(-1);
}

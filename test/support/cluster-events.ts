import { findFinishedCondition, readJobArguments } from '../../lib/cluster/jobs';
import type { CronJob, Job } from '../../lib/cluster/kubernetes-types';
import type { KubeObject } from './cluster/objects';
import type { Change, Store } from './cluster/store';
import type { Workload } from './cluster/workloads';

/** What is recorded of a workload whenever it changes, by field. */
type WatchedFields = Readonly<Record<string, unknown>>;

/**
 * Records what happens in a cluster from now on: changes of workloads (`veza-chat-server replicas: 0`), and the beginning and
 * the end of Jobs by their arguments (`job check x`, `end of check`, `failure of check`, `delete check x`).
 */
export function recordEvents(store: Store, record: (event: string) => void): void {
  const seen = new Map<string, WatchedFields>();
  for (const kind of ['Deployment', 'StatefulSet', 'CronJob']) {
    for (const object of store.all(kind)) seen.set(keyOf(object), watchedFields(object));
  }
  store.listen((change) => {
    const { object } = change;
    if (object.kind === 'Job') recordJob(change, record);
    const before = seen.get(keyOf(object));
    if (!before) return;
    const fields = watchedFields(object);
    seen.set(keyOf(object), fields);
    for (const [field, value] of Object.entries(fields)) {
      if (value !== before[field]) record(`${object.metadata.name} ${field}: ${value}`);
    }
  });
}

/** The first argument of a Job's script; `set-aside` of the Job whose first argument is a name. */
export function verbOf(job: Job): string {
  const [verb = ''] = readJobArguments(job);
  return verb.startsWith('damaged-') ? 'set-aside' : verb;
}

function recordJob({ type, object }: Change, record: (event: string) => void): void {
  const job = object as KubeObject & Job;
  const words = [verbOf(job), ...readJobArguments(job).slice(1)].join(' ');
  if (type === 'ADDED') record(`job ${words}`);
  if (type === 'DELETED') record(`delete ${words}`);
  const end = type === 'MODIFIED' ? findFinishedCondition(job) : undefined;
  if (end) record(`${end.type === 'Complete' ? 'end' : 'failure'} of ${verbOf(job)}`);
}

function watchedFields({ metadata, spec }: KubeObject): WatchedFields {
  const { replicas, suspend } = spec as Workload['spec'] & CronJob['spec'];
  return { replicas, suspend, 'data set aside': metadata.annotations?.['veza.app/data-set-aside'] };
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

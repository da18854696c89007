import type { CronJob, Job, JobContainer, PodSpec } from '../objects';
import { backupObjects } from './cron-jobs';

/** Seconds that a finished Job stays, so that somebody can look at it: a day. */
const keptSeconds = 86_400;

/** What a Job is derived for. */
export interface Task {
  /** Names the Job: `restore`. */
  readonly verb: string;
  /** What its container is asked to do instead. */
  readonly args: readonly string[];
  /** Whether it writes to the volume of the backups although the CronJob's own Jobs only read it. */
  readonly writes?: boolean;
}

/**
 * A Job with the image, the rights and the mounts of a CronJob's, that does something else. The CronJob does not own it,
 * or its history limits would remove it; it goes by itself a day after it ended. It is never tried twice.
 */
export function derivedJob(cronJob: CronJob, { verb, args, writes = false }: Task, suffix: string): Job {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const pod = writes ? writable(spec.template.spec) : spec.template.spec;
  const [container, ...others] = pod.containers;
  if (container === undefined) throw new Error(`CronJob ${cronJob.metadata.name} has no container`);
  const job = {
    ...spec,
    backoffLimit: 0,
    ttlSecondsAfterFinished: keptSeconds,
    template: { ...spec.template, spec: { ...pod, containers: [{ ...container, args }, ...others] } },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${backupObjects.cronJob}-${verb}-${suffix}`,
      namespace: cronJob.metadata.namespace,
      labels: metadata?.labels,
      annotations: { ...metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
    },
    spec: job,
  };
}

function writable(pod: PodSpec): PodSpec {
  return {
    ...pod,
    containers: pod.containers.map(writableMounts),
    volumes: pod.volumes?.map((volume) =>
      volume.persistentVolumeClaim
        ? { ...volume, persistentVolumeClaim: { ...volume.persistentVolumeClaim, readOnly: false } }
        : volume,
    ),
  };
}

function writableMounts(container: JobContainer): JobContainer {
  const { volume } = backupObjects;
  return {
    ...container,
    volumeMounts: container.volumeMounts?.map((mount) =>
      mount.mountPath === volume || mount.mountPath.startsWith(`${volume}/`) ? { ...mount, readOnly: false } : mount,
    ),
  };
}

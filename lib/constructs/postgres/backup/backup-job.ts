import { Construct } from 'constructs';
import { backupWorkloads } from '../../../platform/backup-names';
import { k8s } from '../../kubernetes/k8s';
import { labelWorkload, makeMetadata, selectWorkload, type WorkloadIdentity } from '../../kubernetes/metadata';
import { makePodDefaults, securePod } from '../../kubernetes/pod-defaults';
import { addServiceAccount } from '../../kubernetes/workload-objects';
import { backupUids } from './backup-configuration';

export interface BackupJobProps {
  readonly identity: WorkloadIdentity;
  /** Schedule, in cron's five fields. */
  readonly schedule: string;
  /** Time zone of the schedule, by its IANA name. */
  readonly timeZone: string;
  readonly priorityClassName: string;
  readonly pod: Required<Pick<k8s.PodSpec, 'containers' | 'volumes'>>;
}

/** Pods of a job that exist at once: a scheduled one, one that a person started, and one that is terminating. */
export const jobPods = 3;

/** A CronJob that mounts the volume of the backups, and its account. */
export class BackupJob extends Construct {
  constructor(scope: Construct, id: string, props: BackupJobProps) {
    super(scope, id);
    const { identity, schedule, timeZone } = props;
    addServiceAccount(this, identity);
    new k8s.KubeCronJob(this, 'cron-job', {
      metadata: makeMetadata(identity),
      spec: {
        schedule,
        timeZone,
        concurrencyPolicy: 'Forbid',
        // A run that was missed while the cluster was down, or while a restore had paused the schedule, starts late.
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: { metadata: { labels: labelWorkload(identity) }, spec: makeJob(props) },
      },
    });
  }
}

/** Has no ttlSecondsAfterFinished: the history limits remove Jobs, and the last pod shows why a Job failed. */
function makeJob({ identity, priorityClassName, pod }: BackupJobProps): k8s.JobSpec {
  return {
    backoffLimit: 2,
    // Far longer than a backup takes, and less than a day: one that hangs must not block the next.
    activeDeadlineSeconds: 6 * 3600,
    template: {
      metadata: { labels: labelWorkload(identity) },
      spec: {
        ...makePodDefaults(identity, priorityClassName),
        restartPolicy: 'Never',
        securityContext: securePod(backupUids.backup),
        affinity: onStoreNode,
        terminationGracePeriodSeconds: 60,
        ...pod,
      },
    },
  };
}

/** The volume is attached to one node: that of the store's pod. */
const onStoreNode: k8s.Affinity = {
  podAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      {
        topologyKey: 'kubernetes.io/hostname',
        labelSelector: { matchLabels: selectWorkload({ name: backupWorkloads.store }) },
      },
    ],
  },
};

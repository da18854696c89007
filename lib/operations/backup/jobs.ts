import { backupPaths } from '../../backup/backup-configuration';
import { backupWorkloads } from '../../backup/backup-workloads';
import type { KubernetesObject } from '../kubectl';
import type { Condition } from '../objects';

/** Names of what the cluster has for backups. */
export const backupObjects = {
  /** CronJob that makes backups. Every other Job that works on them is derived from it. */
  cronJob: backupWorkloads.backup,
  /** CronJob that copies them out of the cluster, where the environment has a bucket. */
  copy: backupWorkloads.copy,
  /** Where both mount the volume of the backups. */
  volume: backupPaths.backups,
  /** How the copying program's arguments begin that mean a place outside the cluster. */
  remote: 'offsite:',
} as const;

/** A Job's specification, as far as these commands read it. */
export interface JobSpec {
  readonly activeDeadlineSeconds?: number;
  /** Whether it waits to be set going. */
  readonly suspend?: boolean;
  readonly template: {
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
    readonly spec: PodSpec;
  };
}

/** A pod's specification, as far as these commands read it. */
export interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly JobContainer[];
  readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
}

/** A container of a Job. */
export interface JobContainer {
  readonly name: string;
  readonly args?: readonly string[];
  readonly volumeMounts?: readonly { readonly mountPath: string }[];
}

/** A Job. */
export interface Job extends KubernetesObject {
  readonly spec: JobSpec;
  readonly status?: { readonly completionTime?: string; readonly conditions?: readonly Condition[] };
}

/** A CronJob. */
export interface CronJob extends KubernetesObject {
  readonly spec: {
    readonly suspend?: boolean;
    readonly jobTemplate: {
      readonly metadata?: Pick<KubernetesObject['metadata'], 'labels' | 'annotations'>;
      readonly spec: JobSpec;
    };
  };
  readonly status?: { readonly lastSuccessfulTime?: string };
}

/** The condition with which a Job ended, or nothing while it works. */
export function ending({ status }: Job): Condition | undefined {
  return status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
}

/** What the container of a Job is asked to do. */
export function argumentsOf({ spec }: Pick<Job, 'spec'>): readonly string[] {
  return spec.template.spec.containers[0]?.args ?? [];
}

/** Whether a Job is of a CronJob's kind, be it made by it or derived from it: its pods bear the same label. */
export function isLike(job: Job, { spec }: CronJob): boolean {
  return app(job.spec) !== undefined && app(job.spec) === app(spec.jobTemplate.spec);
}

function app({ template }: JobSpec): string | undefined {
  return template.metadata?.labels?.app;
}

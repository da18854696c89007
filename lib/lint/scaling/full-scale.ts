import type { Manifest } from '../../manifests/manifest';
import type { PodTemplate } from '../../manifests/pod-template';
import { podCount, scaleOf } from '../../manifests/scale';

/** How many pods of a workload count at once in the worst moment of a rollout at the highest scale. */
export interface FullScale {
  /** Pods that the rollout cannot do without. */
  readonly running: number;
  /** Pods that are on their way out: they count until their grace period has ended. */
  readonly terminating: number;
}

export function fullScale({ owner }: PodTemplate, autoscaledBy: ReadonlyMap<string, Manifest>): FullScale {
  const { highest } = scaleOf(owner, autoscaledBy);
  switch (owner.type) {
    case 'Deployment.apps':
      if (owner.text('spec', 'strategy', 'type') === 'Recreate') return { running: highest, terminating: 0 };
      return { running: highest + surgeOf(owner, highest), terminating: highest };
    case 'StatefulSet.apps':
    case 'ReplicaSet.apps':
    case 'ReplicationController':
      return { running: highest, terminating: 0 };
    case 'Job.batch':
      return { running: owner.number('spec', 'parallelism') ?? 1, terminating: 0 };
    case 'CronJob.batch':
      return { running: owner.number('spec', 'jobTemplate', 'spec', 'parallelism') ?? 1, terminating: 0 };
    default:
      return { running: 1, terminating: 0 };
  }
}

function surgeOf(deployment: Manifest, replicas: number): number {
  return podCount(deployment.at('spec', 'strategy', 'rollingUpdate', 'maxSurge').value ?? '25%', replicas) ?? 0;
}

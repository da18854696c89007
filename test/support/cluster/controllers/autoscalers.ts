import { type KubeObject, same } from '../objects';
import type { Workload } from '../workloads';
import { withCondition } from './conditions';
import type { Controller } from './controller';

interface Autoscaler extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
  };
  readonly status?: object;
}

/** Scales workloads into the range of their autoscaler. Within it they stay as they are, since no load is measured. */
export const autoscalers: Controller = ({ store }) => {
  for (const autoscaler of store.all<Autoscaler>('HorizontalPodAutoscaler')) {
    const { scaleTargetRef, minReplicas = 1, maxReplicas } = autoscaler.spec;
    const { kind, name } = scaleTargetRef;
    const target = store.one<Workload>(kind, name, autoscaler.metadata.namespace);
    if (!target) continue;
    const live = target.spec.replicas ?? 1;
    const replicas = Math.min(maxReplicas, Math.max(minReplicas, live));
    if (replicas !== live) store.update({ ...target, spec: { ...target.spec, replicas } });
    const conditions = [
      withCondition(store, autoscaler.status, 'AbleToScale', 'True', 'ReadyForNewScale'),
      withCondition(store, autoscaler.status, 'ScalingActive', 'True', 'ValidMetricFound'),
      withCondition(store, autoscaler.status, 'ScalingLimited', 'False', 'DesiredWithinRange'),
    ];
    const status = { currentReplicas: target.status?.replicas ?? 0, desiredReplicas: replicas, conditions };
    if (!same(autoscaler.status, status)) store.update({ ...autoscaler, status });
  }
};

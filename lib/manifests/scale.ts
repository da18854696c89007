import type { Cursor } from './cursor';
import { typeOf } from './kinds';
import type { Manifest } from './manifest';
import type { ManifestSet } from './manifest-set';

/** How many pods a workload has, at the least and at the most. */
export interface Scale {
  readonly lowest: number;
  readonly highest: number;
}

/** The type of the object that an autoscaler scales. */
export function targetType(target: Cursor): string {
  return typeOf({ kind: target.text('kind') ?? '', group: targetGroup(target) });
}

export function targetGroup(target: Cursor): string {
  return (target.text('apiVersion') ?? '').split('/').slice(0, -1).join('/');
}

/** The autoscalers of a set, by what they scale. */
export function autoscalers(set: ManifestSet): Map<string, Manifest> {
  return new Map(
    set.ofType('HorizontalPodAutoscaler.autoscaling').map((autoscaler) => {
      const target = autoscaler.at('spec', 'scaleTargetRef');
      return [`${targetType(target)}/${autoscaler.namespace}/${target.text('name')}`, autoscaler];
    }),
  );
}

/** The scale of a workload, with or without an autoscaler. */
export function scaleOf(workload: Manifest, autoscaledBy: ReadonlyMap<string, Manifest>): Scale {
  const autoscaler = autoscaledBy.get(`${workload.type}/${workload.namespace}/${workload.name}`);
  const replicas = workload.number('spec', 'replicas') ?? 1;
  if (autoscaler === undefined) return { lowest: replicas, highest: replicas };
  const lowest = autoscaler.number('spec', 'minReplicas') ?? 1;
  return { lowest, highest: autoscaler.number('spec', 'maxReplicas') ?? lowest };
}

/** A number of pods, stated as such or as a percentage, which Kubernetes rounds up here. */
export function podCount(stated: unknown, of: number): number | undefined {
  if (typeof stated === 'number') return stated;
  const [, percentage] = /^(\d+)%$/.exec(typeof stated === 'string' ? stated : '') ?? [];
  return percentage === undefined ? undefined : Math.ceil((Number(percentage) / 100) * of);
}

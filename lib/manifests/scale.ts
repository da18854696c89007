import type { Cursor } from './cursor';
import { typeOf } from './kinds';
import type { Manifest } from './manifest';
import type { ManifestSet } from './manifest-set';

/** How many pods a workload has, at the least and at the most. */
export interface Scale {
  readonly lowest: number;
  readonly highest: number;
}

/** What an autoscaler scales. */
export interface ScaleTarget {
  readonly at: Cursor;
  readonly kind: string;
  readonly group: string;
  readonly name: string;
}

/** Reads what an autoscaler scales; KEDA means a Deployment where nothing is stated. */
export function readScaleTarget(autoscaler: Manifest): ScaleTarget {
  const at = autoscaler.at('spec', 'scaleTargetRef');
  const isKeda = autoscaler.group === 'keda.sh';
  const apiVersion = at.text('apiVersion') ?? (isKeda ? 'apps/v1' : '');
  const kind = at.text('kind') ?? (isKeda ? 'Deployment' : '');
  return { at, kind, group: apiVersion.split('/').slice(0, -1).join('/'), name: at.text('name') ?? '' };
}

/** Every autoscaler of a set, of Kubernetes and of KEDA. */
export function autoscalersOf(set: ManifestSet): readonly Manifest[] {
  return set.ofType('HorizontalPodAutoscaler.autoscaling', 'ScaledObject.keda.sh');
}

/** The autoscalers of Kubernetes in a set, by what they scale. */
export function indexAutoscalers(set: ManifestSet): Map<string, Manifest> {
  return new Map(
    set.ofType('HorizontalPodAutoscaler.autoscaling').map((autoscaler) => {
      const target = readScaleTarget(autoscaler);
      return [`${typeOf(target)}/${autoscaler.namespace}/${target.name}`, autoscaler];
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
export function computePodCount(stated: unknown, of: number): number | undefined {
  if (typeof stated === 'number') return stated;
  const [, percentage] = /^(\d+)%$/.exec(typeof stated === 'string' ? stated : '') ?? [];
  return percentage === undefined ? undefined : Math.ceil((Number(percentage) / 100) * of);
}

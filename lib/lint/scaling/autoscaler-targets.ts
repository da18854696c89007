import { findIntendedKinds, kinds, listKindsInGroup, typeOf } from '../../manifests/kinds';
import type { Manifest } from '../../manifests/manifest';
import { formatMissingObject, type ManifestSet } from '../../manifests/manifest-set';
import { autoscalersOf, readScaleTarget, type ScaleTarget } from '../../manifests/scale';
import type { Rule, Violation } from '../rule';
import { exampleWorkload } from '../rule';

export const autoscalerTargets: Rule = {
  name: 'autoscaler-targets',
  class: 'broken',
  finds:
    'An autoscaler, of Kubernetes or of KEDA, whose target does not exist, has another autoscaler, or states replicas.',
  why: 'Nothing is scaled, two autoscalers scale against each other, or every apply resets the number of pods.',
  fix: 'Name a workload of the namespace that no other autoscaler scales, and leave its replicas out.',
  example: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 4
`,
  *check(set) {
    const scaledBy = new Map<string, Manifest>();
    for (const autoscaler of autoscalersOf(set)) {
      const target = readScaleTarget(autoscaler);
      const id = `${typeOf(target)}/${autoscaler.namespace}/${target.name}`;
      const other = scaledBy.get(id);
      if (other !== undefined && target.name !== '') {
        yield {
          at: target.at,
          message: `${target.kind} ${target.name} is scaled by ${other.kind} ${other.name} already`,
          remedy: 'leave one of the two autoscalers, with the metrics of both',
        };
      }
      scaledBy.set(id, autoscaler);
      yield* checkTarget(set, autoscaler, target);
    }
  },
};

function* checkTarget(set: ManifestSet, autoscaler: Manifest, target: ScaleTarget): Generator<Violation> {
  const { namespace, kind, name } = autoscaler;
  const type = typeOf(target);
  const workload = set.find(type, namespace, target.name);
  if (workload === undefined) {
    if (isMisspelled(target)) {
      const others = listKindsInGroup(target.group).join(', ');
      const remedy = 'correct the kind';
      yield { at: target.at.at('kind'), message: `there is no kind "${target.kind}" (there is ${others})`, remedy };
      return;
    }
    // A kind that Kubernetes does not have itself is a custom one, with a scale of its own.
    if (isCustom(target) || set.has(type, namespace, target.name)) return;
    yield {
      at: target.at,
      message: formatMissingObject(set, type, namespace, target.name),
      remedy: 'name a workload of the namespace',
    };
    return;
  }
  // People pause a KEDA scaler and scale by hand: there, the number is not always reset.
  if (autoscaler.group !== 'autoscaling' || !isBuiltIn(workload) || !workload.has('spec', 'replicas')) return;
  yield {
    at: workload.at('spec', 'replicas'),
    message: `the workload states replicas, but ${kind} ${name} scales it`,
    remedy: 'leave replicas out',
  };
}

/** Operators of custom workloads have their own ways to leave the scale to an autoscaler. */
function isBuiltIn({ knownKind, group, kind }: Manifest): boolean {
  return knownKind !== undefined && listKindsInGroup(group).includes(kind);
}

/** A kind that is in no group, of a group that Kubernetes has itself: others cannot add kinds to these. */
function isMisspelled({ kind, group }: ScaleTarget): boolean {
  const known = listKindsInGroup(group);
  return group !== '' && kind !== '' && known.length > 0 && !known.includes(kind) && isCustom({ kind, group });
}

function isCustom(target: Pick<ScaleTarget, 'kind' | 'group'>): boolean {
  return !kinds.has(typeOf(target)) && findIntendedKinds(target).length === 0;
}

/** The ranges of Kubernetes' own autoscalers are among the scaling values. */
export const autoscalerRanges: Rule = {
  name: 'autoscaler-ranges',
  class: 'broken',
  finds: 'A scaler of KEDA whose minimum is above its maximum, which is 100 where it is not stated.',
  why: 'The admission webhook of KEDA refuses it, or the autoscaler that KEDA makes is not valid.',
  fix: 'State a minimum that is at most the maximum.',
  example: `${exampleWorkload}
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example.org/web:1, resources: { requests: { cpu: 100m } } }] }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { name: web }
  minReplicaCount: 5
  maxReplicaCount: 3
  triggers: [{ type: cron, metadata: { timezone: UTC, start: 0 6 * * *, end: 0 20 * * *, desiredReplicas: "3" } }]
`,
  *check(set) {
    for (const scaler of set.ofType('ScaledObject.keda.sh', 'ScaledJob.keda.sh')) {
      const [lowest, highest] = [scaler.at('spec', 'minReplicaCount'), scaler.at('spec', 'maxReplicaCount')];
      const most = highest.exists ? highest.number() : defaultMaximum;
      const least = lowest.number();
      if (least === undefined || most === undefined || least <= most) continue;
      yield {
        at: lowest,
        message: `minReplicaCount is ${least}, above maxReplicaCount, which is ${most}${highest.exists ? '' : ' by default'}`,
        remedy: 'state a minimum that is at most the maximum',
      };
    }
  },
};

/** Most pods of a scaler that states none (https://keda.sh/docs/latest/reference/scaledobject-spec/). */
const defaultMaximum = 100;

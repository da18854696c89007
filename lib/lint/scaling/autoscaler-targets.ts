import type { Cursor } from '../../manifests/cursor';
import { intendedKinds, kinds, kindsInGroup } from '../../manifests/kinds';
import type { Manifest } from '../../manifests/manifest';
import { missingObjectMessage } from '../../manifests/manifest-set';
import { targetGroup, targetType } from '../../manifests/scale';
import type { Rule } from '../rule';

/** What an autoscaler scales exists, and states no replicas: every apply would undo the scaling. */
export const autoscalerTargets: Rule = {
  name: 'autoscaler-targets',
  class: 'broken',
  documentation: {
    finds: 'An autoscaler whose target does not exist, or whose target states replicas.',
    why: 'Nothing is scaled, or every apply resets the number of pods.',
    fix: 'Name a workload of the namespace, and leave its replicas out.',
    example: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 4
`,
  },
  *check(set) {
    for (const autoscaler of set.ofType('HorizontalPodAutoscaler.autoscaling')) {
      const at = autoscaler.at('spec', 'scaleTargetRef');
      const type = targetType(at);
      const name = at.text('name') ?? '';
      const target = set.find(type, autoscaler.namespace, name);
      if (target === undefined) {
        // A kind that Kubernetes does not have itself is a custom one, with a scale of its own.
        if (isCustom(at) || set.has(type, autoscaler.namespace, name)) continue;
        yield {
          at,
          message: missingObjectMessage(set, type, autoscaler.namespace, name),
          remedy: 'name a workload of the namespace',
        };
      } else if (isBuiltIn(target) && target.at('spec', 'replicas').exists) {
        yield {
          at: target.at('spec', 'replicas'),
          message: `the workload states replicas, but HorizontalPodAutoscaler ${autoscaler.name} scales it`,
          remedy: 'leave replicas out',
        };
      }
    }
  },
};

/** Operators of custom workloads have their own ways to leave the scale to an autoscaler. */
function isBuiltIn({ knownKind, group, kind }: Manifest): boolean {
  return knownKind !== undefined && kindsInGroup(group).includes(kind);
}

function isCustom(target: Cursor): boolean {
  const kind = target.text('kind') ?? '';
  return !kinds.has(targetType(target)) && intendedKinds({ kind, group: targetGroup(target) }).length === 0;
}

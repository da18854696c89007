import type { Cursor } from '../../manifests/cursor';
import type { Rule } from '../rule';

/** A KEDA scaler's fewest pods are no more than its most; those of Kubernetes are among its values. */
export const autoscalerRanges: Rule = {
  name: 'autoscaler-ranges',
  class: 'broken',
  documentation: {
    finds: 'A scaler of KEDA whose minimum is above its maximum, which is 100 where it is not stated.',
    why: 'The admission webhook of KEDA refuses it, or the autoscaler that KEDA makes is not valid.',
    fix: 'State a minimum that is at most the maximum.',
    example: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
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
  },
  *check(set) {
    for (const { range, defaults } of ranges) {
      for (const autoscaler of set.ofType(range.type)) {
        const spec = autoscaler.at('spec');
        const [lowest, highest] = [spec.at(range.lowest), spec.at(range.highest)];
        const least = numberAt(lowest, defaults.lowest);
        const most = numberAt(highest, defaults.highest);
        if (least === undefined || most === undefined || least <= most) continue;
        yield {
          at: lowest.exists ? lowest : highest,
          message: `${range.lowest} is ${least}${lowest.exists ? '' : ' by default'}, above ${range.highest}, which is ${most}${highest.exists ? '' : ' by default'}`,
          remedy: 'state a minimum that is at most the maximum',
        };
      }
    }
  },
};

/** Fields of a range, and what they are where nothing is stated. */
const ranges = [
  {
    range: { type: 'ScaledObject.keda.sh', lowest: 'minReplicaCount', highest: 'maxReplicaCount' },
    defaults: { lowest: 0, highest: 100 },
  },
  {
    range: { type: 'ScaledJob.keda.sh', lowest: 'minReplicaCount', highest: 'maxReplicaCount' },
    defaults: { lowest: 0, highest: 100 },
  },
] as const;

/** Undefined where something is stated that is no number. */
function numberAt(at: Cursor, byDefault: number | undefined): number | undefined {
  return at.exists ? at.number() : byDefault;
}

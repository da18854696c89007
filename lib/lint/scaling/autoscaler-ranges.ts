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

import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { minimumReplicas, type Scaling } from '../../platform/settings/scaling';
import { type WorkloadIdentity, workloadMetadata } from '../kubernetes/metadata';
import { addDisruptionBudget } from '../kubernetes/workload-objects';

/** Properties of an `Availability`. */
export interface AvailabilityProps {
  readonly identity: WorkloadIdentity;
  readonly scaling: Scaling;
}

/** An autoscaler for a range of replicas, and a disruption budget if there is always more than one. */
export class Availability extends Construct {
  constructor(scope: Construct, id: string, { identity, scaling }: AvailabilityProps) {
    super(scope, id);
    if (scaling.kind === 'auto') this.addAutoscaler(identity, scaling);
    if (minimumReplicas(scaling) > 1) addDisruptionBudget(this, identity);
  }

  private addAutoscaler(identity: WorkloadIdentity, { min, max, targetCpu }: Extract<Scaling, { kind: 'auto' }>): void {
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: workloadMetadata(identity),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: identity.name },
        minReplicas: min,
        maxReplicas: max,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: targetCpu } },
          },
        ],
        // Sessions and streams depend on their pod, so pods are removed one at a time, after five minutes of low load.
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 100, periodSeconds: 60 }] },
          scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
        },
      },
    });
  }
}

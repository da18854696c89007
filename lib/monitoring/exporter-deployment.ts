import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { selectorLabels, type WorkloadIdentity, workloadLabels, workloadMetadata } from '../kubernetes/metadata';
import { onLinux, podSecurity, spread, withoutClusterAccess } from '../kubernetes/pod';

/** Properties of an `ExporterDeployment`. */
export interface ExporterDeploymentProps {
  readonly identity: WorkloadIdentity;
  readonly uid: number;
  readonly priorityClassName: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pod: Required<Pick<k8s.PodSpec, 'containers' | 'volumes'>>;
}

/** An exporter that keeps nothing: one pod, since two would tell the same, and its account. */
export class ExporterDeployment extends Construct {
  constructor(scope: Construct, id: string, props: ExporterDeploymentProps) {
    super(scope, id);
    const { identity, uid, priorityClassName, annotations, pod } = props;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: workloadMetadata(identity),
      automountServiceAccountToken: false,
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: workloadMetadata(identity),
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorLabels(identity) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        minReadySeconds: 10,
        revisionHistoryLimit: 5,
        template: {
          metadata: { labels: workloadLabels(identity), annotations },
          spec: {
            serviceAccountName: identity.name,
            ...withoutClusterAccess,
            ...onLinux,
            priorityClassName,
            securityContext: podSecurity(uid),
            ...spread(identity.name, 1),
            terminationGracePeriodSeconds: 30,
            ...pod,
          },
        },
      },
    });
  }
}

/** Pods of an exporter that exist at once during a rollout: the old one, the new one, and one that still ends. */
export const exporterPods = 3;

import { Construct } from 'constructs';
import * as z from 'zod';
import { findSchemaProblems, type Problem, throwIfInvalid } from '../../platform/errors';
import { getPortNumber, type ServiceContract } from '../../platform/service-contract';
import { findContractProblems } from '../../platform/service-contract-validation';
import { imageTag, objectName } from '../../platform/settings/formats';
import { containerResources } from '../../platform/settings/resources';
import {
  getMaximumReplicas,
  getMinimumReplicas,
  maxSurge,
  type Scaling,
  scalingSchema,
} from '../../platform/settings/scaling';
import { nameServiceHost, nameServiceWorkload } from '../../platform/workload-names';
import { ConfigBundle } from '../config/config-bundle';
import { SecretBundle } from '../config/secret-bundle';
import { k8s } from '../kubernetes/k8s';
import {
  labelRelease,
  labelWorkload,
  makeMetadata,
  type NamespacedProps,
  namespaceScopeSchema,
  selectWorkload,
  type WorkloadIdentity,
} from '../kubernetes/metadata';
import { makePodUsage, type QuotaUsage } from '../kubernetes/resources';
import { addDisruptionBudget } from '../kubernetes/workload-objects';
import { makeServiceAnnotations, makeServicePod, type ServicePodProps } from './service-pod';

/** Properties of a `Microservice`. */
export interface MicroserviceProps extends ServicePodProps, NamespacedProps {
  /** Number of pods: fixed, or a range for the autoscaler. */
  readonly scaling: Scaling;
}

/** Properties of a service whose contract is known. */
export type ServiceProps = Omit<MicroserviceProps, 'contract'>;

const propsSchema = z.looseObject({
  namespaceScope: namespaceScopeSchema,
  scaling: scalingSchema,
  resources: containerResources,
  version: imageTag,
  config: z.instanceof(ConfigBundle, { error: 'use a ConfigBundle' }),
  secrets: z.instanceof(SecretBundle, { error: 'use a SecretBundle' }),
  serviceAccountName: objectName,
  priorityClassName: objectName,
});

/**
 * A stateless service: a Deployment, its ClusterIP Service, and its autoscaler and disruption budget.
 * A rollout starts a new pod before it stops an old one; a pod counts as available after it has been ready for 10 seconds.
 */
export class Microservice extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** Name under which other pods of the namespace reach this service. */
  readonly host: string;
  /** Its Service, which an ingress controller may read annotations from. */
  readonly service: k8s.KubeService;
  /** What its pods take of the namespace's quota during a rollout at full scale. */
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, props: MicroserviceProps) {
    super(scope, id);
    throwIfInvalid(findPropsProblems(props));
    const { contract, namespaceScope, scaling, resources } = props;
    this.identity = {
      ...namespaceScope,
      name: nameServiceWorkload(namespaceScope.platform, contract.name),
      component: contract.component,
    };
    this.host = nameServiceHost(namespaceScope.platform, contract.name);
    this.quotaUsage = makePodUsage(this.identity.name, 2 * getMaximumReplicas(scaling) + maxSurge, [resources]);
    this.addDeployment(props);
    this.service = this.addService(contract);
    if (scaling.kind === 'auto') this.addAutoscaler(scaling);
    if (getMinimumReplicas(scaling) > 1) addDisruptionBudget(this, this.identity);
  }

  private addDeployment(props: MicroserviceProps): void {
    const { scaling, version } = props;
    const labels = { ...labelWorkload(this.identity), ...labelRelease(version) };
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { ...makeMetadata(this.identity), labels, annotations: makeReplicaAnnotations(scaling) },
      spec: {
        replicas: scaling.kind === 'fixed' ? scaling.replicas : undefined,
        selector: { matchLabels: selectWorkload(this.identity) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxSurge: k8s.IntOrString.fromNumber(maxSurge),
            maxUnavailable: k8s.IntOrString.fromNumber(0),
          },
        },
        minReadySeconds: 10,
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 5,
        template: {
          metadata: { labels, annotations: makeServiceAnnotations(props) },
          spec: makeServicePod(this.identity.name, getMinimumReplicas(scaling), props),
        },
      },
    });
  }

  private addAutoscaler({ min, max, targetCpu }: Extract<Scaling, { kind: 'auto' }>): void {
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: makeMetadata(this.identity),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: this.identity.name },
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

  private addService(contract: ServiceContract): k8s.KubeService {
    return new k8s.KubeService(this, 'service', {
      metadata: makeMetadata(this.identity, this.host),
      spec: {
        type: 'ClusterIP',
        selector: selectWorkload(this.identity),
        ports: Object.entries(contract.servicePorts).map(([name, { port, target }]) => ({
          name,
          port,
          targetPort: k8s.IntOrString.fromNumber(getPortNumber(contract, target)),
          protocol: 'TCP',
        })),
      },
    });
  }
}

function findPropsProblems(props: MicroserviceProps): Problem[] {
  return [
    ...findContractProblems(props.contract, 'Microservice.contract'),
    ...findSchemaProblems(propsSchema, props, 'Microservice'),
  ];
}

/** Polaris requires `replicas`, but an autoscaler owns that number here. */
function makeReplicaAnnotations({ kind }: Scaling): Record<string, string> | undefined {
  return kind === 'auto' ? { 'polaris.fairwinds.com/deploymentMissingReplicas-exempt': 'true' } : undefined;
}

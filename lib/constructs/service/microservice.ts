import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { type Problem, schemaProblems, throwIfInvalid } from '../../platform/errors';
import { portNumber, type ServiceContract } from '../../platform/service-contract';
import { contractProblems, contractSchema } from '../../platform/service-contract-validation';
import { imageTag, objectName } from '../../platform/settings/formats';
import { containerResources } from '../../platform/settings/resources';
import {
  maximumReplicas,
  maxSurge,
  minimumReplicas,
  type Scaling,
  scalingSchema,
} from '../../platform/settings/scaling';
import { serviceHost, serviceWorkload } from '../../platform/workload-names';
import { ConfigBundle } from '../config/config-bundle';
import { SecretBundle } from '../config/secret-bundle';
import {
  homeSchema,
  type NamespaceScope,
  selectorLabels,
  versionLabels,
  type WorkloadIdentity,
  workloadLabels,
  workloadMetadata,
} from '../kubernetes/metadata';
import type { QuotaUsage } from '../kubernetes/quota-usage';
import { Availability } from './availability';
import { type ServicePodProps, serviceAnnotations, servicePod } from './service-pod';

/** Properties of a `Microservice`. */
export interface MicroserviceProps extends ServicePodProps {
  /** Namespace and platform that its objects belong to. */
  readonly home: NamespaceScope;
  /** How many pods it runs with. */
  readonly scaling: Scaling;
}

/** Properties of a service whose contract is known. */
export type ServiceProps = Omit<MicroserviceProps, 'contract'>;

const propsSchema = z.looseObject({
  contract: contractSchema,
  home: homeSchema,
  scaling: scalingSchema,
  resources: containerResources,
  version: imageTag,
  config: z.instanceof(ConfigBundle, { error: 'use a ConfigBundle' }),
  secrets: z.instanceof(SecretBundle, { error: 'use a SecretBundle' }),
  serviceAccountName: objectName,
  priorityClassName: objectName,
});

/**
 * A stateless service: a Deployment, the ClusterIP Service in front of it, and what keeps it available.
 * A rollout starts a new pod before it stops an old one, and takes no pod for good that has not been ready for a while.
 */
export class Microservice extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** Name under which other pods of the namespace reach this service. */
  readonly host: string;
  /** What its pods take of the namespace's quota during a rollout at full scale. */
  readonly demand: QuotaUsage;

  constructor(scope: Construct, id: string, props: MicroserviceProps) {
    super(scope, id);
    throwIfInvalid(propsProblems(props));
    const { contract, home, scaling, resources } = props;
    this.identity = { ...home, name: serviceWorkload(home.platform, contract.name), component: contract.component };
    this.host = serviceHost(home.platform, contract.name);
    this.demand = {
      pods: 2 * maximumReplicas(scaling) + maxSurge,
      containers: [resources],
      initContainers: [],
      claims: [],
    };
    this.addDeployment(props);
    this.addService(contract);
    new Availability(this, 'availability', { identity: this.identity, scaling });
  }

  private addDeployment(props: MicroserviceProps): void {
    const { scaling, version } = props;
    const labels = { ...workloadLabels(this.identity), ...versionLabels(version) };
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { ...workloadMetadata(this.identity), labels, annotations: replicaAnnotations(scaling) },
      spec: {
        replicas: scaling.kind === 'fixed' ? scaling.replicas : undefined,
        selector: { matchLabels: selectorLabels(this.identity) },
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
          metadata: { labels, annotations: serviceAnnotations(props) },
          spec: servicePod(this.identity.name, minimumReplicas(scaling), props),
        },
      },
    });
  }

  private addService(contract: ServiceContract): void {
    new k8s.KubeService(this, 'service', {
      metadata: workloadMetadata(this.identity, this.host),
      spec: {
        type: 'ClusterIP',
        selector: selectorLabels(this.identity),
        ports: Object.entries(contract.servicePorts).map(([name, { port, target }]) => ({
          name,
          port,
          targetPort: k8s.IntOrString.fromNumber(portNumber(contract, target)),
          protocol: 'TCP',
        })),
      },
    });
  }
}

/** Names of ports are checked once the contract is what it should be. */
function propsProblems(props: MicroserviceProps): Problem[] {
  const problems = schemaProblems(propsSchema, props, 'Microservice');
  return problems.length > 0 ? problems : contractProblems(props.contract, 'Microservice.contract');
}

/** Polaris wants `replicas` stated and does not know that an autoscaler, which owns the number here, forbids it. */
function replicaAnnotations({ kind }: Scaling): Record<string, string> | undefined {
  return kind === 'auto' ? { 'polaris.fairwinds.com/deploymentMissingReplicas-exempt': 'true' } : undefined;
}

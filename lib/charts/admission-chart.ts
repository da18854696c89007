import type { Construct } from 'constructs';
import { ObjectChart } from '../constructs/kubernetes/object-chart';
import { AdmissionPolicy, type AdmissionPolicyProps } from '../constructs/namespace/admission-policy';

/** Properties of an `AdmissionChart`. */
export interface AdmissionChartProps extends Pick<AdmissionPolicyProps, 'kind' | 'operatorNamespaces'> {
  /** Name of the platform. */
  readonly platform: string;
  /** Name of the environment. */
  readonly environment: string;
  /** What each namespace may have, by its name. */
  readonly permitted: ReadonlyMap<string, AdmissionPolicyProps['permitted']>;
}

/**
 * A policy for each namespace of an environment that has pods. They are a chart of their own because who may write them can
 * refuse any pod of the cluster: an administrator applies them, and a deploy needs no such right.
 */
export class AdmissionChart extends ObjectChart {
  constructor(scope: Construct, id: string, { platform, environment, permitted, ...props }: AdmissionChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    for (const [namespace, containers] of permitted) {
      const namespaceScope = { namespace, platform, environment };
      new AdmissionPolicy(this, namespace, { namespaceScope, permitted: containers, ...props });
    }
  }
}

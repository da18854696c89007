import type { Construct } from 'constructs';
import { ObjectChart } from '../constructs/kubernetes/object-chart';
import { NodeExporter } from '../constructs/monitoring/node-exporter';
import { AdmissionPolicy, type AdmissionPolicyProps } from '../constructs/namespace/admission-policy';
import { NamespaceLimits } from '../constructs/namespace/namespace-limits';
import { PlatformNamespace } from '../constructs/namespace/platform-namespace';
import { NetworkPolicies } from '../constructs/network/network-policies';
import { findSchemaProblems, throwIfInvalid } from '../platform/errors';
import { type Cluster, clusterSchema } from '../platform/settings/kubernetes';

/** Properties of a `ClusterChart`. */
export interface ClusterChartProps {
  /** Name of the platform: `veza`. */
  readonly platform: string;
  /** Settings of what the cluster has once. */
  readonly cluster: Exclude<Cluster, 'none'>;
}

/**
 * The node-exporter, which a cluster has once, in a namespace of its own.
 * It needs privileges that no other pod may have. Network policies do not apply to a pod in the node's network; they deny
 * all traffic of any other pod in this namespace.
 * @throws ValidationError that names everything that is wrong in the cluster's data
 */
export class ClusterChart extends ObjectChart {
  constructor(scope: Construct, id: string, { platform, cluster }: ClusterChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    throwIfInvalid(findSchemaProblems(clusterSchema, cluster, 'cluster'));
    const namespaceScope = { namespace: cluster.namespace, platform, environment: 'cluster' };
    new PlatformNamespace(this, 'namespace', { namespaceScope, podSecurity: 'privileged' });
    new NetworkPolicies(this, 'network', { namespaceScope, connections: [] });
    const exporter = new NodeExporter(this, 'node-exporter', { namespaceScope, maximumNodes: cluster.maximumNodes });
    exporter.node.addDependency(
      new NamespaceLimits(this, 'limits', { namespaceScope, quotaUsages: [exporter.quotaUsage] }),
    );
  }
}

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

import { Construct } from 'constructs';
import { k8s } from '../kubernetes/k8s';
import { labelPlatform, makePlatformMetadata, type NamespaceScope } from '../kubernetes/metadata';
import { observedResources } from './kube-state-metrics';
import { monitoringEndpoints } from './scrape-endpoints';

export interface MonitoringAccessProps {
  /** Namespace that it grants access to. */
  readonly namespaceScope: NamespaceScope;
  /** Namespace of the accounts that get access. They need not exist yet. */
  readonly monitoringNamespace: string;
}

/** What monitoring may ask of the Kubernetes API in one namespace: find pods, and read the state of a few kinds. */
export class MonitoringAccess extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope, monitoringNamespace }: MonitoringAccessProps) {
    super(scope, id);
    const { prometheus, kubeStateMetrics } = monitoringEndpoints;
    this.grant(namespaceScope, monitoringNamespace, prometheus.name, [
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    ]);
    this.grant(
      namespaceScope,
      monitoringNamespace,
      kubeStateMetrics.name,
      Object.entries(observedResources).map(([group, resources]) => ({
        apiGroups: [group],
        resources: [...resources],
        verbs: ['list', 'watch'],
      })),
    );
  }

  private grant(
    namespaceScope: NamespaceScope,
    monitoringNamespace: string,
    account: string,
    rules: k8s.PolicyRule[],
  ): void {
    new k8s.KubeRole(this, `${account}-role`, { metadata: makePlatformMetadata(namespaceScope, account), rules });
    new k8s.KubeRoleBinding(this, `${account}-binding`, {
      metadata: makePlatformMetadata(namespaceScope, account),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: monitoringNamespace }],
    });
  }
}

/**
 * Lets Prometheus list the nodes of the cluster and read the metrics of their kubelets.
 * It does not grant `nodes/proxy`, which would allow commands in any pod. The names contain the namespace, because they
 * are unique in the cluster.
 */
export class NodeAccess extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope }: { readonly namespaceScope: NamespaceScope }) {
    super(scope, id);
    const account = monitoringEndpoints.prometheus.name;
    const metadata = { name: `${namespaceScope.namespace}-${account}`, labels: labelPlatform(namespaceScope) };
    new k8s.KubeClusterRole(this, 'role', {
      metadata,
      rules: [
        { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      ],
    });
    new k8s.KubeClusterRoleBinding(this, 'binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: namespaceScope.namespace }],
    });
  }
}

import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type Home, platformMetadata } from '../kubernetes/metadata';
import { monitoringEndpoints } from './endpoints';
import { observedResources } from './kube-state-metrics';

/** Properties of a `MonitoringAccess`. */
export interface MonitoringAccessProps {
  /** Where it is granted. */
  readonly home: Home;
  /** Namespace of those to whom it is granted. They need not exist yet. */
  readonly monitoringNamespace: string;
}

/** What monitoring may ask of the Kubernetes API in one namespace: find pods, and read the state of a few kinds. */
export class MonitoringAccess extends Construct {
  constructor(scope: Construct, id: string, { home, monitoringNamespace }: MonitoringAccessProps) {
    super(scope, id);
    const { prometheus, kubeStateMetrics } = monitoringEndpoints;
    this.grant(home, monitoringNamespace, prometheus.name, [
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    ]);
    this.grant(
      home,
      monitoringNamespace,
      kubeStateMetrics.name,
      Object.entries(observedResources).map(([group, resources]) => ({
        apiGroups: [group],
        resources: [...resources],
        verbs: ['list', 'watch'],
      })),
    );
  }

  private grant(home: Home, monitoringNamespace: string, account: string, rules: k8s.PolicyRule[]): void {
    new k8s.KubeRole(this, `${account}-role`, { metadata: platformMetadata(home, account), rules });
    new k8s.KubeRoleBinding(this, `${account}-binding`, {
      metadata: platformMetadata(home, account),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: monitoringNamespace }],
    });
  }
}

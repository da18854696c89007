import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type Home, platformLabels } from '../kubernetes/metadata';
import { monitoringEndpoints } from './endpoints';

/**
 * What Prometheus may ask of the cluster as a whole: which nodes there are, and their kubelets' metrics. Not
 * `nodes/proxy`, which would let it run commands in any pod. The names carry the namespace's, since they are the cluster's.
 */
export class NodeAccess extends Construct {
  constructor(scope: Construct, id: string, { home }: { readonly home: Home }) {
    super(scope, id);
    const account = monitoringEndpoints.prometheus.name;
    const metadata = { name: `${home.namespace}-${account}`, labels: platformLabels(home) };
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
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: home.namespace }],
    });
  }
}

import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type Home, platformMetadata } from '../kubernetes/metadata';

/** Properties of a `ServiceAccess`. */
export interface ServiceAccessProps {
  /** Namespace and platform that its objects belong to. */
  readonly home: Home;
  /** Names of the Secrets that the registry's credentials are in. */
  readonly imagePullSecrets: readonly string[];
}

/**
 * The account that the services share, and what it may ask of the Kubernetes API: to find pods, Services and endpoints
 * of its own namespace. Not Secrets, and nothing elsewhere. A pod gets a token only if its contract asks for one.
 */
export class ServiceAccess extends Construct {
  /** Name of the account. */
  readonly serviceAccountName: string;

  constructor(scope: Construct, id: string, { home, imagePullSecrets }: ServiceAccessProps) {
    super(scope, id);
    this.serviceAccountName = `${home.platform}-service-account`;
    const roleName = `${home.platform}-app-role`;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: platformMetadata(home, this.serviceAccountName),
      automountServiceAccountToken: false,
      imagePullSecrets: imagePullSecrets.length > 0 ? imagePullSecrets.map((name) => ({ name })) : undefined,
    });
    new k8s.KubeRole(this, 'role', {
      metadata: platformMetadata(home, roleName),
      rules: [{ apiGroups: [''], resources: ['pods', 'services', 'endpoints'], verbs: ['get', 'list', 'watch'] }],
    });
    new k8s.KubeRoleBinding(this, 'binding', {
      metadata: platformMetadata(home, `${home.platform}-app-binding`),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: roleName },
      subjects: [{ kind: 'ServiceAccount', name: this.serviceAccountName, namespace: home.namespace }],
    });
  }
}

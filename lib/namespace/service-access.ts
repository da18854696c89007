import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { objectName } from '../kubernetes/formats';
import { type Home, homeSchema, platformMetadata } from '../kubernetes/metadata';
import { nonEmpty } from '../kubernetes/non-empty';
import { requireValid } from '../problems';

/** Properties of a `ServiceAccess`. */
export interface ServiceAccessProps {
  /** Namespace and platform that its objects belong to. */
  readonly home: Home;
  /** Names of the Secrets that the registry's credentials are in. */
  readonly imagePullSecrets: readonly string[];
  /** Whether any of the services asks the Kubernetes API. */
  readonly callsKubernetes: boolean;
}

const propsSchema = z.looseObject({
  home: homeSchema,
  imagePullSecrets: z.array(objectName),
  callsKubernetes: z.boolean(),
});

/**
 * The account that the services share. Where a service calls the Kubernetes API, the account may find pods, Services and
 * endpoints of its own namespace: not Secrets, and nothing elsewhere. Where none does, it may do nothing.
 */
export class ServiceAccess extends Construct {
  /** Name of the account. */
  readonly serviceAccountName: string;

  constructor(scope: Construct, id: string, { home, imagePullSecrets, callsKubernetes }: ServiceAccessProps) {
    super(scope, id);
    requireValid(propsSchema, { home, imagePullSecrets, callsKubernetes }, 'ServiceAccess');
    this.serviceAccountName = `${home.platform}-service-account`;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: platformMetadata(home, this.serviceAccountName),
      automountServiceAccountToken: false,
      imagePullSecrets: nonEmpty(imagePullSecrets.map((name) => ({ name }))),
    });
    if (callsKubernetes) this.grantDiscovery(home);
  }

  private grantDiscovery(home: Home): void {
    const roleName = `${home.platform}-app-role`;
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

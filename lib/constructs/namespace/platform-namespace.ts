import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import { expiryLabel } from '../../platform/preview';
import { deliveryAnnotation, helmKeepAnnotation } from '../../platform/settings/deployment';
import { objectName } from '../../platform/settings/formats';
import { supportedMinors } from '../../platform/settings/kubernetes';
import { k8s } from '../kubernetes/k8s';
import {
  labelPlatform,
  makePlatformMetadata,
  type NamespacedProps,
  type NamespaceScope,
  namespaceScopeSchema,
  omitEmpty,
} from '../kubernetes/metadata';

/** A Pod Security Standard. */
export type PodSecurityLevel = 'restricted' | 'baseline' | 'privileged';

/** Properties of a `PlatformNamespace`. */
export interface PlatformNamespaceProps {
  /** The namespace to make, and the platform that it belongs to. */
  readonly namespaceScope: NamespaceScope;
  /** Standard that is enforced for its pods. */
  readonly podSecurity: PodSecurityLevel;
  /** How releases are delivered to it, the value of `veza.app/delivery`. @default - no annotation */
  readonly delivery?: string;
  /** Last day that it is needed, the value of `veza.app/expires`. @default 'never', which is no label */
  readonly expires?: string;
}

/**
 * Enforced version of the standards: the oldest that we support, so that a cluster's upgrade cannot refuse a pod that ran
 * before. Violations of newer versions are audited and warned about.
 */
const enforcedVersion = `v1.${supportedMinors.oldest}`;

const propsSchema = z.looseObject({
  namespaceScope: namespaceScopeSchema,
  podSecurity: z.enum(['restricted', 'baseline', 'privileged']),
});

/**
 * A namespace with its Pod Security labels.
 * It does not declare the account `default`: a controller creates it, and a second `create` would fail. Our pods have their
 * own accounts, and the default one has no permissions and, because of the network policies, cannot reach the API.
 */
export class PlatformNamespace extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { namespaceScope, podSecurity, delivery, expires = 'never' }: PlatformNamespaceProps,
  ) {
    super(scope, id);
    requireValid(propsSchema, { namespaceScope, podSecurity }, 'PlatformNamespace');
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: namespaceScope.namespace,
        labels: {
          name: namespaceScope.namespace,
          ...labelPlatform(namespaceScope),
          ...(expires === 'never' ? {} : { [expiryLabel]: expires }),
          ...makePodSecurityLabels('enforce', podSecurity, enforcedVersion),
          ...makePodSecurityLabels('audit', podSecurity, 'latest'),
          ...makePodSecurityLabels('warn', podSecurity, 'latest'),
        },
        annotations: { ...helmKeepAnnotation, ...(delivery === undefined ? {} : { [deliveryAnnotation]: delivery }) },
      },
    });
  }
}

function makePodSecurityLabels(
  mode: 'enforce' | 'audit' | 'warn',
  level: PodSecurityLevel,
  version: string,
): Record<string, string> {
  return {
    [`pod-security.kubernetes.io/${mode}`]: level,
    [`pod-security.kubernetes.io/${mode}-version`]: version,
  };
}

/** Properties of a `ServiceAccess`. */
export interface ServiceAccessProps extends NamespacedProps {
  /** Names of the Secrets with the registry's credentials. */
  readonly imagePullSecrets: readonly string[];
  /** Whether any of the services calls the Kubernetes API. */
  readonly callsKubernetes: boolean;
}

const accessSchema = z.looseObject({
  namespaceScope: namespaceScopeSchema,
  imagePullSecrets: z.array(objectName),
  callsKubernetes: z.boolean(),
});

/**
 * The account that the services share. Where a service calls the Kubernetes API, the account may find pods, Services and
 * endpoints of its own namespace: not Secrets, and nothing elsewhere. Otherwise it has no permissions.
 */
export class ServiceAccess extends Construct {
  /** Name of the account. */
  readonly serviceAccountName: string;

  constructor(scope: Construct, id: string, { namespaceScope, imagePullSecrets, callsKubernetes }: ServiceAccessProps) {
    super(scope, id);
    requireValid(accessSchema, { namespaceScope, imagePullSecrets, callsKubernetes }, 'ServiceAccess');
    this.serviceAccountName = `${namespaceScope.platform}-service-account`;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: makePlatformMetadata(namespaceScope, this.serviceAccountName),
      automountServiceAccountToken: false,
      imagePullSecrets: omitEmpty(imagePullSecrets.map((name) => ({ name }))),
    });
    if (callsKubernetes) this.grantDiscovery(namespaceScope);
  }

  private grantDiscovery(namespaceScope: NamespaceScope): void {
    const roleName = `${namespaceScope.platform}-app-role`;
    new k8s.KubeRole(this, 'role', {
      metadata: makePlatformMetadata(namespaceScope, roleName),
      rules: [{ apiGroups: [''], resources: ['pods', 'services', 'endpoints'], verbs: ['get', 'list', 'watch'] }],
    });
    new k8s.KubeRoleBinding(this, 'binding', {
      metadata: makePlatformMetadata(namespaceScope, `${namespaceScope.platform}-app-binding`),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: roleName },
      subjects: [{ kind: 'ServiceAccount', name: this.serviceAccountName, namespace: namespaceScope.namespace }],
    });
  }
}

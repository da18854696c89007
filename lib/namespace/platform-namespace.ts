import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type Home, keptByHelm, platformLabels, platformMetadata } from '../kubernetes/metadata';

/** A Pod Security Standard. */
export type PodSecurityLevel = 'restricted' | 'privileged';

/** Properties of a `PlatformNamespace`. */
export interface PlatformNamespaceProps {
  /** The namespace to make, and the platform that it belongs to. */
  readonly home: Home;
  /** Name of the environment, as the guide labels its namespaces. */
  readonly environment: string;
  /** Standard that pods are held to; a pod that falls short is refused. */
  readonly podSecurity: PodSecurityLevel;
}

/**
 * Version of the standards that is enforced: the oldest that we support, so that a cluster's upgrade refuses no pod that
 * ran before it.
 */
const podSecurityVersion = 'v1.27';

/** A namespace with its Pod Security labels. Its default account, which nobody is meant to use, gets no token. */
export class PlatformNamespace extends Construct {
  constructor(scope: Construct, id: string, { home, environment, podSecurity }: PlatformNamespaceProps) {
    super(scope, id);
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: home.namespace,
        labels: {
          name: home.namespace,
          environment,
          ...platformLabels(home),
          ...podSecurityLabels('enforce', podSecurity),
          ...podSecurityLabels('audit', 'restricted'),
          ...podSecurityLabels('warn', 'restricted'),
        },
        annotations: keptByHelm,
      },
    });
    new k8s.KubeServiceAccount(this, 'default-account', {
      metadata: platformMetadata(home, 'default'),
      automountServiceAccountToken: false,
    });
  }
}

function podSecurityLabels(mode: 'enforce' | 'audit' | 'warn', level: PodSecurityLevel): Record<string, string> {
  return {
    [`pod-security.kubernetes.io/${mode}`]: level,
    [`pod-security.kubernetes.io/${mode}-version`]: podSecurityVersion,
  };
}

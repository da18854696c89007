import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { deliveryAnnotation, type Home, homeSchema, keptByHelm, platformLabels } from '../kubernetes/metadata';
import { requireValid } from '../problems';

/** A Pod Security Standard. */
export type PodSecurityLevel = 'restricted' | 'privileged';

/** Properties of a `PlatformNamespace`. */
export interface PlatformNamespaceProps {
  /** The namespace to make, and the platform that it belongs to. */
  readonly home: Home;
  /** Standard that pods are held to; a pod that falls short is refused. A stricter one would warn at each deploy. */
  readonly podSecurity: PodSecurityLevel;
  /** The way that releases take to it. @default - it is marked with none */
  readonly delivery?: string;
}

/**
 * Version of the standards that is enforced: the oldest that we support, so that a cluster's upgrade refuses no pod that
 * ran before it. What a newer version would refuse is audited and warned of.
 */
const enforcedVersion = 'v1.27';

const propsSchema = z.looseObject({
  home: homeSchema,
  podSecurity: z.enum(['restricted', 'privileged'], 'use restricted or privileged'),
});

/**
 * A namespace with its Pod Security labels.
 * It does not declare the account `default`: a controller makes that one, and a `create` of it fails whenever the
 * controller was faster. Our pods name accounts of their own, and the default one has no rights and, under the network
 * policies, no way to the API.
 */
export class PlatformNamespace extends Construct {
  constructor(scope: Construct, id: string, { home, podSecurity, delivery }: PlatformNamespaceProps) {
    super(scope, id);
    requireValid(propsSchema, { home, podSecurity }, 'PlatformNamespace');
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: home.namespace,
        labels: {
          name: home.namespace,
          ...platformLabels(home),
          ...podSecurityLabels('enforce', podSecurity, enforcedVersion),
          ...podSecurityLabels('audit', podSecurity, 'latest'),
          ...podSecurityLabels('warn', podSecurity, 'latest'),
        },
        annotations: { ...keptByHelm, ...(delivery === undefined ? {} : { [deliveryAnnotation]: delivery }) },
      },
    });
  }
}

function podSecurityLabels(
  mode: 'enforce' | 'audit' | 'warn',
  level: PodSecurityLevel,
  version: string,
): Record<string, string> {
  return {
    [`pod-security.kubernetes.io/${mode}`]: level,
    [`pod-security.kubernetes.io/${mode}-version`]: version,
  };
}

import type { Construct } from 'constructs';
import { PlatformNamespace, type PodSecurityLevel } from '../constructs/namespace/platform-namespace';
import type { Environment } from '../platform/environment';
import type { NamespaceScope } from '../platform/namespaces';
import type { Platform } from '../platform/platform';

/** The scope of an environment's objects: in the namespace of its services, or in another one of its own. */
export function makeNamespaceScope(
  platform: Pick<Platform, 'name'>,
  environment: Pick<Environment, 'name' | 'namespace'>,
  namespace = environment.namespace,
): NamespaceScope {
  return { namespace, platform: platform.name, environment: environment.name };
}

/** Makes a namespace of an environment, and returns the scope of the objects in it. */
export function addNamespace(
  chart: Construct,
  platform: Platform,
  environment: Environment,
  podSecurity: PodSecurityLevel,
  namespace = environment.namespace,
): NamespaceScope {
  const namespaceScope = makeNamespaceScope(platform, environment, namespace);
  const { deployment, expires } = environment;
  new PlatformNamespace(chart, 'namespace', { namespaceScope, podSecurity, delivery: deployment.delivery, expires });
  return namespaceScope;
}

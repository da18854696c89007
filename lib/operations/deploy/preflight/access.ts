import { environmentSecrets } from '../../../charts/environment-secrets';
import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import {
  distinctPermissions,
  missingPermissions,
  type Permission,
  permissionProblems,
  withoutPermissions,
} from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Environment } from '../../../platform/environment';
import { type Problem, UsageError } from '../../../platform/errors';
import type { Platform } from '../../../platform/platform';
import { buildEnvironment } from '../../../synth/render-environment';
import { expectedSecrets, requirementPermissions } from './cluster-requirements';
import { beginPermissions, deployPermissions } from './deploy-permissions';

/** The permissions of a deploy: those that were asked for, and those of them that the user does not have. */
export interface Access {
  readonly asked: readonly Permission[];
  readonly missing: readonly Permission[];
}

/** Every permission that a deploy of an environment takes. */
export function deployerPermissions(platform: Platform, environment: Environment): Permission[] {
  const objects = Object.values(buildEnvironment(platform, environment).files).flat() as KubernetesManifest[];
  const secrets = expectedSecrets(environmentSecrets(platform, environment)).map(({ home, name }) => {
    return { verb: 'get', resource: 'secrets', namespace: home.namespace, name };
  });
  return distinctPermissions([
    ...deployPermissions(environment.namespace, objects),
    ...secrets,
    ...requirementPermissions(objects),
  ]);
}

/**
 * Asks for all permissions of a deploy, before anything else is asked of the cluster.
 * @throws UsageError that names all missing ones, if not even the state of the environment may be read
 */
export async function requireAccess(
  kubectl: KubernetesClient,
  platform: Platform,
  environment: Environment,
): Promise<Access> {
  const asked = deployerPermissions(platform, environment);
  const missing = await missingPermissions(kubectl, asked);
  const begin = beginPermissions(environment.namespace);
  if (withoutPermissions(begin, missing).length < begin.length) {
    throw new UsageError(...accessProblems(environment, missing));
  }
  return { asked, missing };
}

/** Missing permissions of a deploy as problems, a line for each namespace. */
export function accessProblems({ name }: Environment, missing: readonly Permission[]): Problem[] {
  return permissionProblems(missing, `\`npm run permissions -- ${name}\` prints the roles that grant them`);
}

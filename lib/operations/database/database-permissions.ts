import {
  distinctPermissions,
  type Permission,
  permissionsOf,
  type ResourceVerbs,
  resourceOf,
} from '../../cluster/permissions';
import type { Environment } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import { environmentSecrets } from '../../synth/environment-secrets';
import { databaseOperatorPermissions } from '../deploy/preflight/database-operator';
import { expectedSecrets } from '../deploy/preflight/missing-secrets';
import { restorePermissions } from '../restore/restore';
import { clusterManifests, requireClusterDatabase } from './cluster-manifests';

/** A move applies a policy that it removes at its end. */
const moveVerbs: readonly ResourceVerbs[] = [['networkpolicies.networking.k8s.io', 'delete']];

/**
 * Lists the permissions of `veza database` and `veza restore --to`: those of a restore, and to apply the objects of the
 * database cluster.
 * @throws UsageError if the environment states another kind of database
 */
export function databasePermissions(platform: Platform, environment: Environment): Permission[] {
  const { namespace } = environment;
  requireClusterDatabase(environment);
  const applied = Object.values(clusterManifests(platform, environment)).flat();
  const secrets = expectedSecrets(environmentSecrets(platform, environment)).filter(
    ({ namespaceScope }) => namespaceScope.namespace === namespace,
  );
  return distinctPermissions([
    ...restorePermissions(environment),
    ...applied.flatMap((object) => permissionsOf([[resourceOf(object), 'get', 'create', 'patch']], namespace)),
    ...permissionsOf(moveVerbs, namespace),
    ...secrets.map(({ name }) => ({ verb: 'get', resource: 'secrets', namespace, name })),
    ...databaseOperatorPermissions(environment),
  ]);
}

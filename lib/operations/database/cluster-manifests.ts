import { addHelmMetadata, helmFieldManager } from '../../cluster/helm-client';
import type { OperationContext } from '../../cluster/operation-context';
import {
  formatResource,
  listPermissions,
  type Permission,
  type ResourceVerbs,
  removeDuplicates,
} from '../../cluster/permissions';
import { type KubernetesManifest, Manifest } from '../../manifests/manifest';
import { backupWorkloads } from '../../platform/backup-names';
import type { Environment } from '../../platform/environment';
import { UsageError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { clusterPods, clusterPorts, clusterRoles } from '../../platform/postgres-cluster';
import { postgresHost } from '../../platform/settings/database';
import type { ClusterDatabase, ClusterStart } from '../../platform/settings/database-cluster';
import { listEnvironmentSecrets } from '../../synth/environment-secrets';
import { renderEnvironment } from '../../synth/render-environment';
import { listDatabaseOperatorPermissions } from '../deploy/preflight/database-operator';
import { selectExpectedSecrets } from '../deploy/preflight/missing-secrets';
import { listRestorePermissions } from '../restore/restore';

/** Limits of the namespace: a second set of servers fits only into those of a cluster. */
const limits: readonly string[] = ['ResourceQuota', 'LimitRange'];

/** Configuration that the pods of a cluster read. */
const ownKinds: readonly string[] = ['ConfigMap', 'ServiceAccount', 'Deployment', 'ObjectStore', 'Cluster'];

/** What cert-manager makes the certificate of the servers from, and its names: those of the Cluster among them. */
const certificateKinds: readonly string[] = ['Issuer', 'Certificate'];

/**
 * Returns the database cluster that an environment states.
 * @throws UsageError if it states another kind
 */
export function requireClusterDatabase({ name, database }: Environment): ClusterDatabase {
  if (database.kind === 'cluster') return database;
  throw new UsageError(
    `${name} states database.kind ${database.kind}; state a cluster first (docs/guides/database-cluster.md)`,
  );
}

/** The environment with another Cluster than it states. */
export function withCluster(environment: Environment, cluster: string, start: ClusterStart): Environment {
  return { ...environment, database: { ...requireClusterDatabase(environment), cluster, start } };
}

/** The objects of an environment's database cluster, by when they are applied. */
export interface ClusterManifests {
  /** The Cluster, and the certificate that names it. */
  readonly cluster: readonly KubernetesManifest[];
  /** All that the servers need beside another database, which they do not disturb: limits, configuration, policies. */
  readonly servers: readonly KubernetesManifest[];
  /** What switches the services to the servers. */
  readonly route: readonly KubernetesManifest[];
  /** The schedule of the base backups. */
  readonly schedule: readonly KubernetesManifest[];
}

/** Makes the objects of an environment's database cluster, the same that a deploy applies. */
export function makeClusterManifests(platform: Platform, environment: Environment): ClusterManifests {
  const objects = renderEnvironment(platform, environment).objects.filter(
    ({ metadata }) => metadata.namespace === environment.namespace,
  );
  const select = (isWanted: (object: KubernetesManifest) => boolean) => objects.filter(isWanted);
  const isOwn = (object: KubernetesManifest) =>
    [clusterPods, clusterRoles].includes(new Manifest(object).labels.app ?? '');
  const isCertificate = (object: KubernetesManifest) => certificateKinds.includes(object.kind) && isOwn(object);
  return {
    cluster: select((object) => object.kind === 'Cluster' || isCertificate(object)),
    servers: select(
      (object) =>
        limits.includes(object.kind) ||
        isCertificate(object) ||
        (ownKinds.includes(object.kind) && isOwn(object)) ||
        (object.kind === 'NetworkPolicy' && /^postgres-(cluster|roles)/.test(object.metadata.name)),
    ),
    route: select((object) => {
      const { kind, metadata } = object;
      return (
        isCertificate(object) ||
        (kind === 'Service' && metadata.name === postgresHost) ||
        (kind === 'Deployment' && metadata.name === clusterRoles) ||
        kind === 'NetworkPolicy'
      );
    }),
    schedule: select(({ kind }) => kind === 'ScheduledBackup'),
  };
}

/** Applies objects as the environment's deliveries write them, so that the next deploy takes them over unchanged. */
export async function applyAsDelivered(
  { kubectl, environment }: OperationContext,
  objects: readonly KubernetesManifest[],
): Promise<void> {
  const { namespace, deployment } = environment;
  if (deployment.delivery === 'helm') await kubectl.apply(addHelmMetadata(objects, namespace), helmFieldManager);
  else await kubectl.apply(objects);
}

/** Name of the policy that exists during a move. */
export const moveAccessName = 'postgres-move';

/**
 * Lets the Jobs of the backup reach the servers of the cluster as well as the single server: the policies of the environment
 * allow one of them at a time. It is removed once the services use the Cluster.
 */
export function makeMovePolicy({
  namespace,
}: Pick<Environment, 'namespace'>): KubernetesManifest & { readonly spec: object } {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: moveAccessName, namespace },
    spec: {
      podSelector: { matchLabels: { app: backupWorkloads.backup } },
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ podSelector: { matchLabels: { app: clusterPods } } }],
          ports: [{ port: clusterPorts.postgresql, protocol: 'TCP' }],
        },
      ],
    },
  };
}

/** A move applies a policy that it removes at its end. */
const moveVerbs: readonly ResourceVerbs[] = [['networkpolicies.networking.k8s.io', 'delete']];

/**
 * Lists the permissions of `veza database` and `veza restore --to`: those of a restore, and to apply the objects of the
 * database cluster.
 * @throws UsageError if the environment states another kind of database
 */
export function listDatabasePermissions(platform: Platform, environment: Environment): Permission[] {
  const { namespace } = environment;
  requireClusterDatabase(environment);
  const applied = Object.values(makeClusterManifests(platform, environment)).flat();
  const secrets = selectExpectedSecrets(listEnvironmentSecrets(platform, environment)).filter(
    ({ namespaceScope }) => namespaceScope.namespace === namespace,
  );
  return removeDuplicates([
    ...listRestorePermissions(environment),
    ...applied.flatMap((object) => listPermissions([[formatResource(object), 'get', 'create', 'patch']], namespace)),
    ...listPermissions(moveVerbs, namespace),
    ...secrets.map(({ name }) => ({ verb: 'get', resource: 'secrets', namespace, name })),
    ...listDatabaseOperatorPermissions(environment),
  ]);
}

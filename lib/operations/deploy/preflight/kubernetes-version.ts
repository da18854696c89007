import { coerce, lt } from 'semver';
import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';

/** What needs a version of Kubernetes. */
interface Requirement {
  readonly what: string;
  /** Oldest version that it works with: `1.34`. */
  readonly minimum: string;
  readonly otherwise: string;
}

/** Oldest Kubernetes that CloudNativePG 1.30 supports: cloudnative-pg.io/docs/1.30/supported_releases. */
const oldestForDatabaseCluster = '1.34';

function requirementsOf({ name, kubernetes, database }: Environment): Requirement[] {
  const manifests = {
    what: `the manifests of ${name} need`,
    minimum: kubernetes.minimum,
    otherwise: 'state an older kubernetes.minimum',
  };
  const cluster = {
    what: `CloudNativePG 1.30, which runs the database cluster of ${name}, needs`,
    minimum: oldestForDatabaseCluster,
    otherwise: 'state database.kind single',
  };
  return database.kind === 'cluster' ? [manifests, cluster] : [manifests];
}

/** Finds what an environment states and the Kubernetes of its cluster is too old for. Every user may read the version. */
export async function outdatedKubernetes(kubectl: KubernetesClient, environment: Environment): Promise<Problem[]> {
  const stated = await kubectl.serverVersion();
  const version = coerce(stated);
  if (version === null) return [];
  return requirementsOf(environment).flatMap(({ what, minimum, otherwise }) =>
    lt(version, `${minimum}.0`)
      ? [`the cluster runs Kubernetes ${stated}, and ${what} ${minimum} or newer; upgrade the cluster, or ${otherwise}`]
      : [],
  );
}

import { UnknownKindError } from '../../cluster/errors';
import type { KubernetesClient, KubernetesObject } from '../../cluster/kubernetes-client';
import type {
  Autoscaler,
  Certificate,
  CronJob,
  EndpointSlice,
  Job,
  Pod,
  Workload,
} from '../../cluster/kubernetes-types';
import { formatResource, type Permission, removeDuplicates } from '../../cluster/permissions';
import type { Clock } from '../../cluster/wait';
import { type KubernetesManifest, Manifest } from '../../manifests/manifest';
import { type Environment, listCertificateNamespaces, listEnvironmentNamespaces } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import { buildEnvironment } from '../../synth/render-environment';

/** The objects of an environment at one moment. */
export interface Snapshot {
  /** When it was taken, in milliseconds. */
  readonly now: number;
  /** What the environment's manifests declare, with the volume claims that follow from them. */
  readonly expected: readonly Manifest[];
  /** Those of these objects that the cluster has. */
  readonly declared: readonly KubernetesObject[];
  /** All objects of the kinds in `listedResources`, declared or not. */
  readonly found: readonly KubernetesObject[];
  /** Certificates of cert-manager; `unknown kind` if the cluster has no cert-manager. */
  readonly certificates: readonly Certificate[] | 'unknown kind';
  /** Clusters and base backups of the database's operator; `unknown kind` if the cluster does not have it. */
  readonly databaseObjects: readonly KubernetesObject[] | 'unknown kind';
}

/** The kinds of which all objects are listed, declared or not. */
const listedResources = [
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'pods',
  'endpointslices.discovery.k8s.io',
  'horizontalpodautoscalers.autoscaling',
  'jobs.batch',
  'cronjobs.batch',
] as const;

/** The kind of cert-manager's certificates. */
const certificateResource = 'certificates.cert-manager.io';

interface Objects {
  readonly Deployment: Workload;
  readonly StatefulSet: Workload;
  readonly DaemonSet: Workload;
  readonly Pod: Pod;
  readonly EndpointSlice: EndpointSlice;
  readonly HorizontalPodAutoscaler: Autoscaler;
  readonly Job: Job;
  readonly CronJob: CronJob;
}

/** The kinds that keep pods running. */
export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

/** Kinds of the database's operator whose objects are listed. */
const clusterResources = ['clusters.postgresql.cnpg.io', 'backups.postgresql.cnpg.io'] as const;

export function selectKind<Kind extends keyof Objects>(
  { found }: Snapshot,
  ...wanted: readonly Kind[]
): Objects[Kind][] {
  return found.filter(({ kind }) => (wanted as readonly string[]).includes(kind)) as Objects[Kind][];
}

/** Reads an environment with one call for the declared objects, one per namespace, and one per namespace of certificates. */
export async function takeSnapshot(
  kubectl: KubernetesClient,
  platform: Platform,
  environment: Environment,
  clock: Clock,
): Promise<Snapshot> {
  const { namespace, database } = environment;
  const resources = listedResources.join(',');
  const expected = listDeclaredObjects(platform, environment);
  const [declared, found, certificates, databaseObjects] = await Promise.all([
    kubectl.findAll(expected),
    Promise.all(listEnvironmentNamespaces(environment).map((place) => kubectl.list(resources, place))),
    listCertificates(kubectl, environment),
    database.kind === 'cluster' ? listIfKnown(kubectl, clusterResources.join(','), namespace) : [],
  ]);
  return {
    now: clock.now(),
    expected: expected.map((object) => new Manifest(object)),
    declared,
    found: found.flat(),
    certificates,
    databaseObjects,
  };
}

async function listCertificates(
  kubectl: KubernetesClient,
  environment: Environment,
): Promise<readonly Certificate[] | 'unknown kind'> {
  const lists = await Promise.all(
    listCertificateNamespaces(environment).map((place) =>
      listIfKnown<Certificate>(kubectl, certificateResource, place),
    ),
  );
  const known = lists.filter((list) => list !== 'unknown kind');
  return known.length < lists.length ? 'unknown kind' : known.flat();
}

/** Lists what the manifests declare, and the claims that Kubernetes makes for their StatefulSets. */
function listDeclaredObjects(platform: Platform, environment: Environment): KubernetesManifest[] {
  const objects = Object.values(buildEnvironment(platform, environment).files).flat() as KubernetesManifest[];
  return [...objects, ...objects.flatMap(claimsOf)];
}

/** Lists the permissions of `veza health`. It lists the kinds that it checks, and gets what the manifests declare. */
export function listHealthPermissions(platform: Platform, environment: Environment): Permission[] {
  const { namespace } = environment;
  const lists = listEnvironmentNamespaces(environment).flatMap((place) =>
    listedResources.map((resource) => ({ verb: 'list', resource, namespace: place })),
  );
  const gets = listDeclaredObjects(platform, environment).map((object) => {
    const { name, namespace: place } = object.metadata;
    const permission = { verb: 'get', resource: formatResource(object), namespace: place };
    // A Namespace can be granted within itself.
    return object.kind === 'Namespace' ? { ...permission, namespace: name, name } : permission;
  });
  const databases = environment.database.kind === 'cluster' ? clusterResources : [];
  const custom = [
    ...listCertificateNamespaces(environment).map((place) => ({ resource: certificateResource, namespace: place })),
    ...databases.map((resource) => ({ resource, namespace })),
  ];
  return removeDuplicates([...lists, ...custom.map((each) => ({ verb: 'list', ...each })), ...gets]);
}

interface StatefulSet extends KubernetesManifest {
  readonly spec: {
    readonly replicas?: number;
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

/** The claims of a StatefulSet's pods, by the names that Kubernetes gives them: `data-postgres-0`. */
function claimsOf(object: KubernetesManifest): KubernetesManifest[] {
  if (object.kind !== 'StatefulSet') return [];
  const { spec, metadata } = object as StatefulSet;
  const ordinals = Array.from({ length: spec.replicas ?? 1 }, (_, index) => index);
  return (spec.volumeClaimTemplates ?? []).flatMap((template) =>
    ordinals.map((ordinal) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: `${template.metadata.name}-${metadata.name}-${ordinal}`, namespace: metadata.namespace },
    })),
  );
}

async function listIfKnown<T extends KubernetesObject>(
  kubectl: KubernetesClient,
  resources: string,
  namespace: string,
): Promise<readonly T[] | 'unknown kind'> {
  return kubectl.list<T>(resources, namespace).catch((error: unknown) => {
    if (error instanceof UnknownKindError) return 'unknown kind';
    throw error;
  });
}

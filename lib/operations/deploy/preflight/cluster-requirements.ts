import { coerce, lt } from 'semver';
import type { KubernetesClient, KubernetesObject } from '../../../cluster/kubernetes-client';
import { type Condition, findCondition } from '../../../cluster/kubernetes-types';
import type { Permission } from '../../../cluster/permissions';
import { pluralize } from '../../../manifests/kinds';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';
import type { ExternalObject } from '../../../platform/external-objects';

/** An object that must exist in the cluster before an environment can run. */
interface ClusterRequirement {
  /** The object as kubectl names it: `storageclass.storage.k8s.io/standard`. */
  readonly object: string;
  readonly remedy: string;
  /** Condition that must be true. @default - the object only has to exist */
  readonly condition?: string;
}

/** A manifest, as far as it states requirements. */
interface ManifestObject extends KubernetesManifest {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly gatewayClassName?: string;
    readonly issuerRef?: { readonly kind?: string; readonly name: string };
    readonly storageClassName?: string;
    readonly volumeClaimTemplates?: readonly { readonly spec: { readonly storageClassName: string } }[];
  };
}

/** Lists the permissions to check the requirements of manifests. */
export function listRequirementPermissions(objects: readonly KubernetesManifest[]): Permission[] {
  return objects.flatMap(listRequirements).map(({ object }) => {
    const [, kind = '', group = ''] = /^(\w+)\.([^/]+)/.exec(object) ?? [];
    return { verb: 'get', resource: `${pluralize(kind)}.${group}` };
  });
}

/** Lists the requirements of manifests that the cluster does not meet. Unknown kinds of manifests are left to the dry run. */
export async function findMissingRequirements(
  kubectl: KubernetesClient,
  objects: readonly KubernetesManifest[],
): Promise<Problem[]> {
  const requirements = new Map(
    objects.flatMap(listRequirements).map((requirement) => [requirement.object, requirement]),
  );
  const problems = await Promise.all(
    [...requirements.values()].map((requirement) => checkRequirement(kubectl, requirement)),
  );
  return problems.flat();
}

function listRequirements({ spec = {}, metadata, kind }: ManifestObject): ClusterRequirement[] {
  const storageClasses = [
    spec.storageClassName,
    ...(spec.volumeClaimTemplates ?? []).map((claim) => claim.spec.storageClassName),
  ].filter((name) => name !== undefined);
  const requirements = storageClasses.map((name) => storageClass(name));
  if (spec.ingressClassName !== undefined) requirements.push(ingressClass(spec.ingressClassName));
  if (spec.gatewayClassName !== undefined) requirements.push(gatewayClass(spec.gatewayClassName));
  const stated = spec.issuerRef?.kind === 'ClusterIssuer' ? spec.issuerRef.name : undefined;
  const issuer = stated ?? metadata.annotations?.['cert-manager.io/cluster-issuer'];
  if (issuer !== undefined) requirements.push(clusterIssuer(issuer));
  if (kind === 'HorizontalPodAutoscaler') requirements.push(metricsApi);
  return requirements;
}

function storageClass(name: string): ClusterRequirement {
  return {
    object: `storageclass.storage.k8s.io/${name}`,
    remedy: 'create it, or name another `className` in the environment',
  };
}

function ingressClass(name: string): ClusterRequirement {
  return { object: `ingressclass.networking.k8s.io/${name}`, remedy: 'install the ingress controller' };
}

function gatewayClass(name: string): ClusterRequirement {
  return {
    object: `gatewayclass.gateway.networking.k8s.io/${name}`,
    remedy: 'install the Gateway API and its implementation',
    condition: 'Accepted',
  };
}

function clusterIssuer(name: string): ClusterRequirement {
  return {
    object: `clusterissuer.cert-manager.io/${name}`,
    remedy: 'install cert-manager and create the issuer',
    condition: 'Ready',
  };
}

const metricsApi: ClusterRequirement = {
  object: 'apiservice.apiregistration.k8s.io/v1beta1.metrics.k8s.io',
  remedy: 'install metrics-server, which autoscalers read',
  condition: 'Available',
};

async function checkRequirement(
  kubectl: KubernetesClient,
  { object, remedy, condition }: ClusterRequirement,
): Promise<Problem[]> {
  const found = await kubectl.find<ObjectWithConditions>(object);
  if (!found) return [`${object}: not found in the cluster; ${remedy}`];
  if (condition === undefined || findCondition(found, condition)?.status === 'True') return [];
  return [`${object}: not ${condition}; \`kubectl describe ${object}\` shows why`];
}

type ObjectWithConditions = KubernetesObject & { readonly status?: { readonly conditions?: readonly Condition[] } };

/** Lists the external objects of an environment, such as accounts that others create, that the cluster does not have. */
export async function findMissingExternalObjects(
  kubectl: KubernetesClient,
  objects: readonly ExternalObject[],
): Promise<Problem[]> {
  const problems = await Promise.all(objects.map((object) => checkExternalObject(kubectl, object)));
  return problems.flat();
}

async function checkExternalObject(
  kubectl: KubernetesClient,
  { kind, namespace, name }: ExternalObject,
): Promise<Problem[]> {
  if (await kubectl.exists(`${kind.toLowerCase()}/${name}`, namespace)) return [];
  return [`${kind} ${namespace}/${name}: not found in the cluster; create it, or correct the environment's data`];
}

/** What needs a version of Kubernetes. */
interface VersionRequirement {
  readonly what: string;
  /** Oldest version that it works with: `1.34`. */
  readonly minimum: string;
  readonly otherwise: string;
}

/** Oldest Kubernetes that CloudNativePG 1.30 supports: cloudnative-pg.io/docs/1.30/supported_releases. */
const oldestForDatabaseCluster = '1.34';

function listVersionRequirements({ name, kubernetes, database }: Environment): VersionRequirement[] {
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
export async function findOutdatedKubernetes(kubectl: KubernetesClient, environment: Environment): Promise<Problem[]> {
  const stated = await kubectl.serverVersion();
  const version = coerce(stated);
  if (version === null) return [];
  return listVersionRequirements(environment).flatMap(({ what, minimum, otherwise }) =>
    lt(version, `${minimum}.0`)
      ? [`the cluster runs Kubernetes ${stated}, but ${what} ${minimum} or newer; upgrade the cluster, or ${otherwise}`]
      : [],
  );
}

import type { KubernetesClient, KubernetesObject } from '../../../cluster/kubernetes-client';
import { type ClusterContext, formatKubectlCommand } from '../../../cluster/operation-context';
import type { Permission } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Environment } from '../../../platform/environment';
import { clusterLabels } from '../../../platform/postgres-cluster';
import { parseQuantity, toBinaryQuantity } from '../../../platform/settings/quantity';

interface ClaimSpec {
  readonly resources: { readonly requests: { readonly storage: string } };
}

/** A claim of a volume, or what makes claims: as far as it says how many and how large. */
interface Claiming extends KubernetesManifest {
  readonly spec: Partial<ClaimSpec> & {
    readonly replicas?: number;
    readonly volumeClaimTemplates?: readonly {
      readonly metadata: { readonly name: string };
      readonly spec: ClaimSpec;
    }[];
  };
}

/** Sizes of claims in bytes, by their names. */
type Claims = ReadonlyMap<string, number>;

interface Quota extends KubernetesManifest {
  readonly spec: { readonly hard: Readonly<Record<string, string>> };
}

/** Lists the permissions to find volumes that are kept. */
export function listKeptVolumePermissions({ namespace, database }: Environment): Permission[] {
  return database.kind === 'single' ? [{ verb: 'list', resource: 'persistentvolumeclaims', namespace }] : [];
}

/**
 * Finds what of a single server the quota has no place for, because a Cluster that services left still has volumes or runs.
 * They are kept on purpose, so the quota has to be raised while the deploy waits.
 */
export async function findKeptVolumes(
  context: ClusterContext,
  objects: readonly KubernetesManifest[],
): Promise<string[]> {
  const { kubectl, environment } = context;
  const { namespace, database } = environment;
  if (database.kind !== 'single') return [];
  const own = objects.filter(({ metadata }) => metadata.namespace === namespace);
  const existing = claimsOf(await kubectl.list<Claiming & KubernetesObject>('persistentvolumeclaims', namespace));
  const stated = claimsOf(own);
  const missing = [...stated.keys()].filter((name) => !existing.has(name));
  const kept = [...existing.keys()].filter((name) => !stated.has(name));
  const running = await listClusterPods(kubectl, namespace);
  const exceeded = own
    .filter((object): object is Quota => object.kind === 'ResourceQuota')
    .flatMap((quota) => findExceededQuota(quota, new Map([...stated, ...existing])));
  return [
    ...running.map(
      ([cluster, pods]) =>
        `the servers of Cluster ${cluster} still run (${pods.join(', ')}), and the quota of a single server is too small for both; ` +
        `stop them (their volumes stay): ${formatKubectlCommand(context, `annotate cluster.postgresql.cnpg.io/${cluster} cnpg.io/hibernation=on`)}`,
    ),
    ...(missing.length === 0 || kept.length === 0 ? [] : exceeded).map(
      ({ name, hard, needed }) =>
        `quota ${name} is too small for ${missing.join(', ')} and the volumes that are kept (${kept.join(', ')}): it allows ` +
        `${describe(hard)}, and together they need ${describe(needed)}. While the deploy waits, raise it until the next deploy: ` +
        formatKubectlCommand(
          context,
          `patch resourcequota/${name} --type=merge --patch='${JSON.stringify({ spec: { hard: needed } })}'`,
        ),
    ),
  ];
}

function claimsOf(objects: readonly KubernetesManifest[]): Claims {
  return new Map(
    (objects as readonly Claiming[]).flatMap(({ kind, metadata, spec }) => {
      if (kind === 'PersistentVolumeClaim') return [[metadata.name, sizeOf(spec)] as const];
      const pods = Array.from({ length: spec?.replicas ?? 1 }, (_, ordinal) => `${metadata.name}-${ordinal}`);
      return (spec?.volumeClaimTemplates ?? []).flatMap((template) =>
        pods.map((pod) => [`${template.metadata.name}-${pod}`, sizeOf(template.spec)] as const),
      );
    }),
  );
}

function sizeOf({ resources }: Partial<ClaimSpec>): number {
  return parseQuantity(resources?.requests.storage ?? '0');
}

/** Pods of database Clusters, by the Cluster's name. */
async function listClusterPods(kubectl: KubernetesClient, namespace: string): Promise<[string, string[]][]> {
  const pods = new Map<string, string[]>();
  for (const { metadata } of await kubectl.list('pods', namespace)) {
    const cluster = metadata.labels?.[clusterLabels.cluster];
    if (cluster !== undefined) pods.set(cluster, [...(pods.get(cluster) ?? []), metadata.name]);
  }
  return [...pods];
}

interface ExceededQuota {
  readonly name: string;
  readonly hard: Readonly<Record<string, string>>;
  readonly needed: Readonly<Record<string, string>>;
}

function findExceededQuota({ metadata, spec }: Quota, claims: Claims): ExceededQuota[] {
  const bytes = [...claims.values()].reduce((sum, size) => sum + size, 0);
  const all = { persistentvolumeclaims: String(claims.size), 'requests.storage': toBinaryQuantity(bytes) };
  const over = Object.entries(all).filter(([resource, amount]) => {
    const allowed = spec.hard[resource];
    return allowed !== undefined && parseQuantity(amount) > parseQuantity(allowed);
  });
  if (over.length === 0) return [];
  const hard = Object.fromEntries(over.map(([resource]) => [resource, spec.hard[resource] ?? '']));
  return [{ name: metadata.name, hard, needed: Object.fromEntries(over) }];
}

function describe(amounts: Readonly<Record<string, string>>): string {
  return Object.entries(amounts)
    .map(([resource, amount]) => `${resource} ${amount}`)
    .join(', ');
}

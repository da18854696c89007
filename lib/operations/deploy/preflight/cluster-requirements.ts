import type { EnvironmentSecret } from '../../../charts/environment-secrets';
import type { KubernetesClient, KubernetesObject } from '../../../cluster/kubernetes-client';
import type { Permission } from '../../../cluster/permissions';
import { plural } from '../../../cluster/resources';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Problem } from '../../../platform/errors';
import { minimumPasswordLength } from '../../../platform/settings/database';

/** Something that the cluster has to have before an environment can run there. */
interface ClusterRequirement {
  /** kubectl's name of it: `storageclass.storage.k8s.io/standard`. */
  readonly object: string;
  readonly remedy: string;
  /** Condition that it must be in, if its being there is not enough. */
  readonly condition?: string;
}

interface Conditioned extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** As much of the manifests as says what they need of the cluster. */
interface ManifestObject extends KubernetesManifest {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly storageClassName?: string;
    readonly volumeClaimTemplates?: readonly { readonly spec: { readonly storageClassName: string } }[];
  };
}

/** The permissions to check whether a cluster has what manifests need. */
export function requirementPermissions(objects: readonly KubernetesManifest[]): Permission[] {
  return objects.flatMap(requirementsOf).map(({ object }) => {
    const [, kind = '', group = ''] = /^(\w+)\.([^/]+)/.exec(object) ?? [];
    return { verb: 'get', resource: `${plural(kind)}.${group}` };
  });
}

/** What manifests need of the cluster and it does not have. Kinds that it does not know are the dry run's to find. */
export async function missingRequirements(
  kubectl: KubernetesClient,
  objects: readonly KubernetesManifest[],
): Promise<Problem[]> {
  const needs = new Map(objects.flatMap(requirementsOf).map((need) => [need.object, need]));
  const problems = await Promise.all([...needs.values()].map((need) => problemOf(kubectl, need)));
  return problems.flat();
}

function requirementsOf(object: ManifestObject): ClusterRequirement[] {
  const { spec = {}, metadata, kind } = object;
  const issuer = metadata.annotations?.['cert-manager.io/cluster-issuer'];
  const classes = [
    spec.storageClassName,
    ...(spec.volumeClaimTemplates ?? []).map((claim) => claim.spec.storageClassName),
  ];
  return [
    ...classes.flatMap((name) =>
      name === undefined
        ? []
        : [
            {
              object: `storageclass.storage.k8s.io/${name}`,
              remedy: 'create it or name another `className` in the environment',
            },
          ],
    ),
    ...(spec.ingressClassName === undefined
      ? []
      : [
          {
            object: `ingressclass.networking.k8s.io/${spec.ingressClassName}`,
            remedy: 'install the ingress controller',
          },
        ]),
    ...(issuer === undefined
      ? []
      : [
          {
            object: `clusterissuer.cert-manager.io/${issuer}`,
            remedy: 'install cert-manager and create the issuer',
            condition: 'Ready',
          },
        ]),
    ...(kind === 'HorizontalPodAutoscaler'
      ? [
          {
            object: 'apiservice.apiregistration.k8s.io/v1beta1.metrics.k8s.io',
            remedy: 'install metrics-server: without it autoscalers are blind',
            condition: 'Available',
          },
        ]
      : []),
  ];
}

async function problemOf(
  kubectl: KubernetesClient,
  { object, remedy, condition }: ClusterRequirement,
): Promise<Problem[]> {
  const found = await kubectl.find<Conditioned>(object);
  if (!found) return [`${object}: the cluster does not have it; ${remedy}`];
  const state = found.status?.conditions?.find(({ type }) => type === condition)?.status;
  if (condition === undefined || state === 'True') return [];
  return [`${object}: is not ${condition}; see what \`kubectl describe ${object}\` says`];
}

/** Length in base64 of the shortest password that the database takes. */
const minimumEncodedLength = 4 * Math.ceil(minimumPasswordLength / 3);

/** The Secrets that have to be in the cluster before a deploy. One from a store comes by itself. */
export function expectedSecrets(secrets: readonly EnvironmentSecret[]): EnvironmentSecret[] {
  return secrets.filter(({ source }) => source.kind !== 'external');
}

/** What is missing of the Secrets that have to be in the cluster. */
export async function missingSecretKeys(
  kubectl: KubernetesClient,
  secrets: readonly EnvironmentSecret[],
): Promise<Problem[]> {
  const problems = await Promise.all(expectedSecrets(secrets).map((secret) => problemOfSecrets(kubectl, secret)));
  return problems.flat();
}

async function problemOfSecrets(
  kubectl: KubernetesClient,
  { home, name, keys, passwords }: EnvironmentSecret,
): Promise<Problem[]> {
  const { namespace } = home;
  const lengths = await kubectl.secretKeys(name, namespace);
  const missing = keys.filter((key) => !lengths.has(key));
  const short = passwords.filter((key) => (lengths.get(key) ?? minimumEncodedLength) < minimumEncodedLength);
  const which = missing.length === 1 ? 'the key' : 'the keys';
  const secret = `Secret ${namespace}/${name}`;
  return [
    ...(missing.length === 0
      ? []
      : [`${secret}: lacks ${which} ${missing.join(', ')}; put them there, see "Secrets" in the README`]),
    ...short.map(
      (key) =>
        `${secret}: ${key} has fewer than ${minimumPasswordLength} characters, which the database refuses; ` +
        'set a longer one, see "Secrets" in the README',
    ),
  ];
}

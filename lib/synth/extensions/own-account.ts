import type { KubernetesManifest } from '../../manifests/manifest';
import type { OwnServiceAccount } from '../../platform/settings/extensions';

/** A ServiceAccount as it stands in a file. */
export interface AccountFields extends KubernetesManifest {
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

interface Binding extends KubernetesManifest {
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

/** The account of one workload alone. It pulls images as the account did that its pods had before. */
export function makeOwnAccount(
  { metadata }: KubernetesManifest,
  before: AccountFields | undefined,
  { labels, annotations }: OwnServiceAccount,
): AccountFields {
  const { name, namespace } = metadata;
  // The account outlives the release that the labels of the workload name.
  const shared = Object.entries(metadata.labels ?? {}).filter(
    ([label]) => !/^(app\.kubernetes\.io\/)?version$/.test(label),
  );
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name,
      namespace,
      labels: { ...Object.fromEntries(shared), ...labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    automountServiceAccountToken: false,
    ...(before?.imagePullSecrets === undefined ? {} : { imagePullSecrets: before.imagePullSecrets }),
  } as AccountFields;
}

/** Gives an account what the bindings of another grant. */
export function bindLike(object: KubernetesManifest, other: KubernetesManifest, name: string): KubernetesManifest {
  const { subjects = [] } = object as Binding;
  const like = subjects.find((subject) => {
    const isSame = subject.name === other.metadata.name && subject.namespace === other.metadata.namespace;
    return subject.kind === 'ServiceAccount' && isSame;
  });
  return like === undefined
    ? object
    : ({ ...object, subjects: [...subjects, { ...like, name }] } as KubernetesManifest);
}

import type { KubernetesManifest } from '../manifests/manifest';

/** A kind as the API and its rights name it: `networkpolicies.networking.k8s.io`. */
export function resourceOf({ apiVersion, kind }: Pick<KubernetesManifest, 'apiVersion' | 'kind'>): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  return [plural(kind.toLowerCase()), ...(group === undefined ? [] : [group])].join('.');
}

/** The API's own rule for the names of kinds (`UnsafeGuessKindToResource`), which every kind here follows. */
export function plural(kind: string): string {
  if (kind.endsWith('s')) return `${kind}es`;
  return kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

import type { KubernetesManifest } from '../manifests/manifest';

const managedBy = 'app.kubernetes.io/managed-by';
const releaseName = 'meta.helm.sh/release-name';
const releaseNamespace = 'meta.helm.sh/release-namespace';

/**
 * Adds the metadata that Helm writes to every object, whatever the manifest states. Without it every object would differ at
 * every deploy.
 */
export function withHelmMetadata(objects: readonly KubernetesManifest[], release: string): KubernetesManifest[] {
  return objects.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, [managedBy]: 'Helm' },
      annotations: { ...object.metadata.annotations, [releaseName]: release, [releaseNamespace]: release },
    },
  }));
}

/** Whether Helm wrote an object last: `kubectl apply` overwrites Helm's label, but keeps its annotations. */
export function isManagedByHelm({ metadata }: KubernetesManifest): boolean {
  return metadata.labels?.[managedBy] === 'Helm';
}

/** The name of the Helm release that an object belongs to. */
export function helmReleaseName({ metadata }: KubernetesManifest): string | undefined {
  return metadata.annotations?.[releaseName];
}

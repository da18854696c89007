import type { SynthesizedObject } from '../../manifests';

/**
 * Objects as Helm writes them: it marks each as its own, whatever the manifest says, and without those marks every object
 * would seem to change at every deploy.
 */
export function asHelmWrites(objects: readonly SynthesizedObject[], release: string): SynthesizedObject[] {
  return objects.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        ...object.metadata.annotations,
        'meta.helm.sh/release-name': release,
        'meta.helm.sh/release-namespace': release,
      },
    },
  }));
}

import type { SynthesizedObject } from '../../manifests';

const manager = 'app.kubernetes.io/managed-by';
const release = 'meta.helm.sh/release-name';
const releaseNamespace = 'meta.helm.sh/release-namespace';

/**
 * Objects as Helm writes them: it marks each as its own, whatever the manifest says, and without those marks every object
 * would seem to change at every deploy.
 */
export function asHelmWrites(objects: readonly SynthesizedObject[], name: string): SynthesizedObject[] {
  return objects.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, [manager]: 'Helm' },
      annotations: { ...object.metadata.annotations, [release]: name, [releaseNamespace]: name },
    },
  }));
}

/** Whether Helm wrote an object last. What `kubectl apply` has written since keeps Helm's annotations, and not its label. */
export function isHelms({ metadata }: SynthesizedObject): boolean {
  return metadata.labels?.[manager] === 'Helm';
}

/** The release that an object belongs to, by its name. */
export function releaseOf({ metadata }: SynthesizedObject): string | undefined {
  return metadata.annotations?.[release];
}

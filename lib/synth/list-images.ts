import { Manifest } from '../manifests/manifest';
import { type ImageReference, PodTemplate, splitReference } from '../manifests/pod-template';
import type { ChartOutput } from './render-environment';

/** An image of the manifests, and the containers that run it. */
export interface UsedImage extends ImageReference {
  /** The containers, by file, object and name: `staging StatefulSet/redis redis`. */
  readonly usedBy: readonly string[];
}

/** Lists the images of manifests by reference, each with the containers that run it. */
export function listImages(outputs: readonly ChartOutput[]): readonly UsedImage[] {
  const users = new Map<string, string[]>();
  for (const { files } of outputs) {
    for (const [file, objects] of Object.entries(files)) {
      for (const { reference, user } of objects.flatMap(imagesOf)) {
        users.set(reference, [...(users.get(reference) ?? []), `${file} ${user}`]);
      }
    }
  }
  return [...users]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([reference, usedBy]) => ({ ...splitReference(reference), usedBy: [...new Set(usedBy)] }));
}

function imagesOf(object: unknown): { readonly reference: string; readonly user: string }[] {
  const manifest = new Manifest(object);
  const place = `${manifest.kind}/${manifest.name}`;
  const containers = PodTemplate.of(manifest)?.allContainers ?? [];
  // An operator's object states the image of the pods that it makes in a field of its own.
  const imageName = manifest.at('spec').text('imageName');
  return [
    ...containers.map((container) => ({
      reference: container.at.text('image') ?? '',
      user: `${place} ${container.name}`,
    })),
    ...(imageName === undefined ? [] : [{ reference: imageName, user: place }]),
  ];
}

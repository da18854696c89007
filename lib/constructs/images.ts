import images from './image-list.json';

/** Name of an image that other projects publish, as `image-list.json` lists it. */
export type ThirdPartyImage = keyof typeof images;

/**
 * Returns the reference of an image that other projects publish: `docker.io/library/redis:7.4.11-bookworm`, with its
 * digest behind the tag once `veza images --pin` has stored one. Tags and digests are in `image-list.json` alone, where
 * Renovate raises them.
 */
export function findImage(name: ThirdPartyImage): string {
  const { image, tag, digest } = images[name];
  return digest === '' ? `${image}:${tag}` : `${image}:${tag}@${digest}`;
}

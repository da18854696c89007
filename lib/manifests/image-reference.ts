export interface ImageReference {
  /** Registry and path: `docker.io/library/redis`. */
  readonly image: string;
  /** Its tag, or an empty text. */
  readonly tag: string;
  /** Its digest: `sha256:…`. Empty where the manifests trust the tag alone. */
  readonly digest: string;
}

/** Splits the reference of an image into registry and path, tag, and digest. */
export function splitReference(reference: string): ImageReference {
  const [name = '', digest = ''] = reference.split('@');
  const [, image = name, tag = ''] = /^(.*):([^/:]+)$/.exec(name) ?? [];
  return { image, tag, digest };
}

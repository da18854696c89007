import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule, Violation } from '../rule';

const key = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
export const labelValue = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** Bytes of all keys and values of annotations. */
const mostAnnotations = 262_144;

export const labels: Rule = {
  name: 'labels',
  class: 'broken',
  finds:
    'A label whose key or value is not valid, an annotation whose key is not, or more than 256 KiB of annotations.',
  why: 'The API server refuses the object.',
  fix: 'Use at most 63 letters, digits, "-", "_" and ".".',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop, labels: { team: "web & shop" } }
`,
  *check(set) {
    for (const metadata of metadataOf(set)) yield* annotationsOf(metadata);
    for (const [label, at] of metadataOf(set).flatMap((metadata) => metadata.at('labels').entries())) {
      if (!key.test(label)) {
        yield {
          at,
          message: `"${label}" is not a valid key of a label`,
          remedy: 'use at most 63 letters, digits, "-", "_" and ".", after a domain and "/" if needed',
        };
      } else if (typeof at.value === 'string' && !labelValue.test(at.value)) {
        yield {
          at,
          message: `"${at.value}" is not a valid value of a label`,
          remedy: 'use at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit',
        };
      }
    }
  },
};

function metadataOf(set: ManifestSet): Cursor[] {
  return [
    ...set.objects.map((object) => object.at('metadata')),
    ...set.pods.filter(({ owner }) => owner.type !== 'Pod').map(({ metadata }) => metadata),
  ];
}

function* annotationsOf(metadata: Cursor): Generator<Violation> {
  let bytes = 0;
  for (const [annotation, at] of metadata.at('annotations').entries()) {
    bytes += annotation.length + (at.text()?.length ?? 0);
    if (key.test(annotation.toLowerCase())) continue;
    yield {
      at,
      message: `"${annotation}" is not a valid key of an annotation`,
      remedy: 'use at most 63 letters, digits, "-", "_" and ".", after a domain and "/" if needed',
    };
  }
  if (bytes <= mostAnnotations) return;
  yield {
    at: metadata.at('annotations'),
    message: `the annotations have ${Math.ceil(bytes / 1024)} KiB, of at most 256`,
    remedy: 'keep large texts in a ConfigMap',
  };
}

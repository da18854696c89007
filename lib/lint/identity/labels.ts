import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule } from '../rule';

const key = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
const value = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** The API server accepts the labels of all objects and pod templates. */
export const labels: Rule = {
  name: 'labels',
  class: 'broken',
  documentation: {
    finds: 'A label whose key or value is not valid.',
    why: 'The API server refuses the object.',
    fix: 'Use at most 63 letters, digits, "-", "_" and ".".',
    example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop, labels: { team: "web & shop" } }
`,
  },
  *check(set) {
    for (const [label, at] of labelsOf(set)) {
      if (!key.test(label)) {
        yield {
          at,
          message: `"${label}" is not a valid key of a label`,
          remedy: 'use at most 63 letters, digits, "-", "_" and ".", after a domain and "/" if needed',
        };
      } else if (typeof at.value === 'string' && !value.test(at.value)) {
        yield {
          at,
          message: `"${at.value}" is not a valid value of a label`,
          remedy: 'use at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit',
        };
      }
    }
  },
};

function labelsOf(set: ManifestSet): [string, Cursor][] {
  const objects = set.objects.flatMap((object) => object.at('metadata', 'labels').entries());
  const pods = set.pods
    .filter(({ owner }) => owner.type !== 'Pod')
    .flatMap(({ metadata }) => metadata.at('labels').entries());
  return [...objects, ...pods];
}

import { externalStatement } from '../../manifests/external-annotation';
import type { Rule } from '../rule';

export const externalObjects: Rule = {
  name: 'external-objects',
  class: 'broken',
  finds: 'A line of the annotation `integrity.veza.app/external` that cannot be read.',
  why: 'The line has no effect, and references to the object that it means are reported as dangling.',
  fix: 'Write `Kind/name` or `Kind/namespace/name`, followed by `: key, key` for a ConfigMap or Secret of which the keys are known.',
  example: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations: { integrity.veza.app/external: "the secret database" }
spec:
  containers: [{ name: web, image: example.org/web:1 }]
`,
  *check(set) {
    for (const object of set.objects) {
      const statement = externalStatement(object);
      for (const line of statement?.unreadable ?? []) {
        yield {
          at: statement?.at ?? object,
          message: `"${line}" names no object`,
          remedy: 'write Kind/name, Kind/namespace/name or Kind/name: key, key',
        };
      }
    }
  },
};

import type { Kind } from '../../manifests/kinds';
import { intendedKinds } from '../../manifests/kinds';
import type { Rule } from '../rule';

/** Every object is of a kind that its apiVersion has, in a version that is still served. */
export const apiVersions: Rule = {
  name: 'api-versions',
  class: 'broken',
  documentation: {
    finds: 'An apiVersion that does not have the kind, or that Kubernetes no longer serves.',
    why: 'The API server refuses the object.',
    fix: 'State the group and version in which the kind is served.',
    example: `
apiVersion: extensions/v1beta1
kind: Ingress
metadata: { name: web, namespace: shop }
`,
  },
  *check(set) {
    for (const object of set.objects) {
      const { apiVersion, kind, version, knownKind } = object;
      const meant = intendedKinds(object);
      if (kind === '' || apiVersion === '') {
        yield {
          at: object.at(kind === '' ? 'kind' : 'apiVersion'),
          message: `an object states both apiVersion and kind (got ${apiVersion || 'none'} and ${kind || 'none'})`,
          remedy: 'state both',
        };
      } else if (meant.length > 0) {
        yield {
          at: object.at('apiVersion'),
          message: `${apiVersion} has no kind ${kind}`,
          remedy: `a ${kind} is ${meant.flatMap(servedAs).join(' or ')}`,
        };
      } else if (knownKind && knownKind.versions.length > 0 && !knownKind.versions.includes(version)) {
        yield {
          at: object.at('apiVersion'),
          message: `${kind} is not served as ${apiVersion}`,
          remedy: `use ${servedAs(knownKind).join(' or ')}`,
        };
      }
    }
  },
};

function servedAs({ group, versions }: Kind): string[] {
  return versions.map((version) => (group === '' ? version : `${group}/${version}`));
}

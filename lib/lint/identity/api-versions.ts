import { intendedKinds, kindsInGroup } from '../../manifests/kinds';
import type { Manifest } from '../../manifests/manifest';
import type { Rule, Violation } from '../rule';
import { apiVersionsOf, knownVersions, versionsServing } from '../schema/kubernetes-types';
import { nearestName } from '../schema/nearest-name';
import { removedVersions } from './removed-versions';

/** Every object is of a kind that its apiVersion has, in a version that is still served. */
export const apiVersions: Rule = {
  name: 'api-versions',
  class: 'broken',
  documentation: {
    finds: 'An apiVersion that does not have the kind, or that Kubernetes no longer serves.',
    why: 'The API server refuses the object.',
    fix: 'State the group and version in which the kind is served. With `--kubernetes 1.32` those of that version alone are served.',
    example: `
apiVersion: extensions/v1beta1
kind: Ingress
metadata: { name: web, namespace: shop }
`,
  },
  *check(set, { kubernetes }) {
    for (const object of set.objects) yield* violationsOf(object, kubernetes);
  },
};

/** At most one: the first that applies. */
function* violationsOf(object: Manifest, kubernetes: number | undefined): Generator<Violation> {
  const { apiVersion, kind, group } = object;
  const at = object.at('apiVersion');
  const removed = removedVersions.get(`${apiVersion} ${kind}`);
  const served = versionsServing(apiVersion, kind);
  const meant = intendedKinds(object);
  if (kind === '' || apiVersion === '') {
    yield {
      at: object.at(kind === '' ? 'kind' : 'apiVersion'),
      message: `an object states both apiVersion and kind (got ${apiVersion || 'none'} and ${kind || 'none'})`,
      remedy: 'state both',
    };
  } else if (removed !== undefined && removed.removedIn <= (kubernetes ?? knownVersions.oldest)) {
    const message = `Kubernetes 1.${removed.removedIn} removed ${kind} of ${apiVersion}`;
    yield { at, message, remedy: removed.remedy };
  } else if (served !== undefined) {
    if (kubernetes === undefined || (served.since <= kubernetes && kubernetes <= served.until)) return;
    const [word, version] = kubernetes < served.since ? ['since', served.since] : ['until', served.until];
    yield {
      at,
      message: `${kind} is served as ${apiVersion} ${word} Kubernetes 1.${version}, and 1.${kubernetes} is checked`,
      remedy: 'use a version that it serves',
    };
  } else if (meant.length > 0) {
    const others = meant.flatMap((other) => apiVersionsOf(other.group, other.kind));
    yield { at, message: `${apiVersion} has no kind ${kind}`, remedy: `a ${kind} is ${others.join(' or ')}` };
  } else if (object.knownKind !== undefined) {
    const versions = apiVersionsOf(group, kind);
    if (versions.length === 0) return;
    yield { at, message: `${kind} is not served as ${apiVersion}`, remedy: `use ${versions.join(' or ')}` };
  } else {
    // Other programs have kinds of such groups too, such as the Config of kubectl: only a likely mistake is one.
    const nearest = nearestName(kind, kindsInGroup(group));
    if (nearest === undefined) return;
    yield { at: object.at('kind'), message: `${apiVersion} has no kind ${kind}`, remedy: `correct it to ${nearest}` };
  }
}

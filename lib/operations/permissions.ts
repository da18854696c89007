import { type Problem, UsageError } from '../problems';
import type { Kubectl } from './kubectl';
import { asDocuments } from './preflight/dry-run';

/** Something that somebody may do in a namespace, or not. */
export interface Permission {
  readonly verb: string;
  /** A kind as the API names it: `jobs.batch`, or a part of one: `pods/log`. */
  readonly resource: string;
  /** Where; the whole cluster if none is named. */
  readonly namespace?: string;
  /** The one object that is meant. @default - any */
  readonly name?: string;
}

/** What the user may not do, a line for each namespace. All is asked in one call: one for each would take minutes. */
export async function missingPermissions(kubectl: Kubectl, wanted: readonly Permission[]): Promise<Problem[]> {
  const print = '--output=jsonpath={.status.allowed}{"\\n"}';
  const input = asDocuments(wanted.map(reviewOf));
  const answers = (await kubectl.output(['create', '--filename=-', print], { input })).split('\n');
  const missing = wanted.filter((_, index) => answers[index] !== 'true');
  const places = [...new Set(missing.map(({ namespace }) => namespace))];
  return places.map((place) => {
    const here = missing.filter(({ namespace }) => namespace === place);
    return `you may not ${listed(here)} in ${place ?? 'the whole cluster'}; ask for that right`;
  });
}

/**
 * Makes sure that the user may do all of something in a namespace before it is begun.
 * @throws UsageError that names everything that the user may not do
 */
export async function requirePermissions(
  kubectl: Kubectl,
  namespace: string,
  permissions: readonly (readonly [verb: string, resource: string])[],
): Promise<void> {
  const wanted = permissions.map(([verb, resource]) => ({ verb, resource, namespace }));
  const problems = await missingPermissions(kubectl, wanted);
  if (problems.length > 0) throw new UsageError(...problems);
}

function reviewOf({ verb, resource, namespace, name }: Permission): object {
  const [path = '', ...group] = resource.split('.');
  const [plural, subresource] = path.split('/');
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb, resource: plural, subresource, group: group.join('.'), namespace, name } },
  };
}

/** Verbs and what they are for: `create/patch jobs.batch, delete pods`. */
function listed(permissions: readonly Permission[]): string {
  const resources = [...new Set(permissions.map(({ resource }) => resource))];
  const parts = resources.map((resource) => {
    const verbs = permissions.filter((each) => each.resource === resource).map(({ verb }) => verb);
    return `${[...new Set(verbs)].join('/')} ${resource}`;
  });
  return parts.join(', ');
}

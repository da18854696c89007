import { UsageError } from '../problems';
import { type Kubectl, troubleOf } from './kubectl';

/** Something that somebody may do, or not: a verb and a kind, such as `create` `pods/exec`. */
export type Permission = readonly [verb: string, resource: string];

/**
 * Makes sure that the user may do all of something before it is begun.
 * @throws UsageError that names everything that the user may not do
 */
export async function requirePermissions(
  kubectl: Kubectl,
  namespace: string,
  permissions: readonly Permission[],
): Promise<void> {
  const missing: string[] = [];
  for (const [verb, resource] of permissions) {
    // kubectl would take `pods/exec` for a pod named exec.
    const [kind = '', part] = resource.split('/');
    const subresource = part === undefined ? [] : [`--subresource=${part}`];
    const answer = await kubectl.ask(['auth', 'can-i', verb, kind, ...subresource, `--namespace=${namespace}`]);
    if (answer.status === 0) continue;
    if (!/^no\b/m.test(answer.stdout)) throw troubleOf('kubectl auth can-i', answer);
    missing.push(`${verb} ${resource}`);
  }
  if (missing.length > 0) throw new UsageError(`you may not ${missing.join(', ')} in ${namespace}; ask for that right`);
}

import { type AccessRules, isAllowed, user } from './access';
import { ApiError } from './api-error';
import { type Kind, resourceOf } from './kinds';
import type { KubeObject } from './objects';
import { type PolicyRule, rulesOf } from './rbac';

interface RoleOrBinding extends KubeObject {
  readonly rules?: readonly PolicyRule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
}

/**
 * Refuses a role that grants what its writer does not hold, and a binding to such a role.
 * @throws ApiError
 */
export function refuseEscalation(rules: AccessRules, kind: Kind, object: KubeObject): void {
  if (kind.group !== 'rbac.authorization.k8s.io') return;
  const { metadata, rules: own = [], roleRef } = object as RoleOrBinding;
  const { namespace = '', name } = metadata;
  const granted = roleRef ? rulesOf(rules.store, roleRef, namespace) : own;
  const excess = granted.filter((rule) => !isHeld(rules, rule, namespace));
  if (excess.length === 0) return;
  const lines = excess.map(({ apiGroups, resources, verbs }) => JSON.stringify({ apiGroups, resources, verbs }));
  const cause = `user "${user}" is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
  throw new ApiError(403, 'Forbidden', `${resourceOf(kind)} "${name}" is forbidden: ${cause}`);
}

function isHeld(rules: AccessRules, rule: PolicyRule, namespace: string): boolean {
  const { apiGroups, resources, verbs, resourceNames = [''] } = rule;
  return apiGroups.every((group) =>
    resources.every((resource) =>
      verbs.every((verb) =>
        resourceNames.every((name) => isAllowed(rules, { verb, group, resource, namespace, name })),
      ),
    ),
  );
}

import type { KubeObject } from './objects';
import type { Store } from './store';

/** An action that needs a permission. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  /** Empty for the whole cluster. */
  readonly namespace: string;
  /** Empty for all objects. */
  readonly name: string;
}

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface Binding extends KubeObject {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
}

interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[];
}

/** Whether the roles that are bound to a user grant an action. */
export function grants(store: Store, user: string, attributes: Attributes): boolean {
  const { namespace } = attributes;
  const bindings = [
    ...store.all<Binding>('ClusterRoleBinding'),
    ...(namespace === '' ? [] : store.all<Binding>('RoleBinding', namespace)),
  ];
  return bindings
    .filter(({ subjects = [] }) => subjects.some(({ kind, name }) => kind === 'User' && name === user))
    .flatMap(({ roleRef }) => rulesOf(store, roleRef, namespace))
    .some((rule) => covers(rule, attributes));
}

/** What a role grants that a binding refers to. */
export function rulesOf(store: Store, { kind, name }: Binding['roleRef'], namespace: string): readonly PolicyRule[] {
  return store.one<Role>(kind, name, kind === 'Role' ? namespace : undefined)?.rules ?? [];
}

function covers(rule: PolicyRule, { verb, group, resource, name }: Attributes): boolean {
  const has = (list: readonly string[], value: string) => list.includes(value) || list.includes('*');
  const { apiGroups, resources, verbs, resourceNames = [] } = rule;
  const named = resourceNames.length === 0 || resourceNames.includes(name);
  return has(apiGroups, group) && has(resources, resource) && has(verbs, verb) && named;
}

import type { Cursor } from '../../manifests/cursor';
import { kinds, listKindsInGroup, pluralize } from '../../manifests/kinds';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { findIntendedName } from '../../platform/nearest-name';
import type { Rule, Violation } from '../rule';

export const roleSecrets: Rule = {
  name: 'role-secrets',
  class: 'policy',
  finds: 'A role that grants access to Secrets.',
  why: 'A compromised pod could read all of them.',
  fix: 'Mount the Secret into the pods that need it.',
  example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web, namespace: shop }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [get] }]
`,
  *check(set) {
    for (const rule of roleRules(set)) {
      if (!rule.texts('apiGroups').some((group) => group === '' || group === '*')) continue;
      for (const at of rule.items('resources')) {
        if (typeof at.value !== 'string' || !/^(\*|secrets)(\/|$)/.test(at.value)) continue;
        yield { at, message: 'the role grants Secrets', remedy: 'mount the Secret where it is needed instead' };
      }
    }
  },
};

export const roleWildcards: Rule = {
  name: 'role-wildcards',
  class: 'policy',
  finds: 'A role that grants a wildcard.',
  why: 'It also grants whatever is added to the API later.',
  fix: 'List the groups, resources and verbs one by one.',
  example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web, namespace: shop }
rules: [{ apiGroups: [""], resources: [pods], verbs: ["*"] }]
`,
  *check(set) {
    for (const rule of roleRules(set)) {
      for (const field of ['apiGroups', 'resources', 'verbs', 'nonResourceURLs']) {
        for (const at of rule.items(field)) {
          if (at.value === '*')
            yield { at, message: 'the role grants a wildcard', remedy: `name the ${field} one by one` };
        }
      }
    }
  },
};

function roleRules(set: ManifestSet): Cursor[] {
  return set
    .ofType('Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io')
    .flatMap((role) => role.items('rules'));
}

const verbs =
  'get list watch create update patch delete deletecollection use bind escalate impersonate approve sign attest';
const knownVerbs = new Set(verbs.split(' '));

/** Resources of the core group that are no objects of their own. */
const virtual = ['bindings', 'users', 'groups', 'uids'];

/** A role grants resources that the groups of its rule have: any other grants nothing. */
export const grantedResources: Rule = {
  name: 'granted-resources',
  class: 'broken',
  finds:
    'A rule of a role whose groups do not have a resource, a Role for a resource that no namespace has, and a misspelt resource or verb.',
  why: 'It grants nothing, and the API server does not say so: the program is refused.',
  fix: 'State the group of the resource without its version, `""` for the core, and a ClusterRole for what no namespace has.',
  example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web, namespace: shop }
rules: [{ apiGroups: [""], resources: [deployments], verbs: [get] }]
`,
  *check(set) {
    const roles = set.ofType('Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io');
    const granted = new Set(roles.flatMap(grantedBy));
    for (const role of roles) {
      for (const rule of role.items('rules')) yield* futile(role, rule, granted);
    }
  },
};

/** Resources that a role does grant. What grants nothing beside one of these is superfluous, and harms nothing. */
function grantedBy(role: Manifest): string[] {
  return role.items('rules').flatMap((rule) => {
    const groups = rule.texts('apiGroups');
    const resources = rule.texts('resources').map((each) => each.split('/')[0] ?? '');
    return resources.filter(
      (each) => lacking(groups, each) === undefined && misplaced(role, groups, each) === undefined,
    );
  });
}

function* futile(role: Manifest, rule: Cursor, granted: ReadonlySet<string>): Generator<Violation> {
  for (const at of rule.items('verbs')) {
    const verb = at.text() ?? '';
    const meant = knownVerbs.has(verb) ? undefined : findIntendedName(verb, knownVerbs);
    if (meant !== undefined) yield { at, message: `there is no verb ${verb}`, remedy: `correct it to ${meant}` };
  }
  const groups = rule.texts('apiGroups');
  const versioned = rule.items('apiGroups').find((at) => /^v\d|\//.test(at.text() ?? ''));
  if (versioned !== undefined) {
    const group = (versioned.text() ?? '').split('/').slice(0, -1).join('/');
    const remedy = `state ${group === '' ? '"" for the core' : group}`;
    yield { at: versioned, message: `${versioned.text()} has a version in it, and a group has none`, remedy };
    return;
  }
  if (groups.length === 0 || !groups.every((group) => resourcesByGroup.has(group))) return;
  // A pod may use a policy of the cluster by a binding of its namespace.
  const isUse = rule.texts('verbs').includes('use');
  for (const at of rule.items('resources')) {
    const [resource = ''] = (at.text() ?? '').split('/');
    if (granted.has(resource)) continue;
    const violation = lacking(groups, resource) ?? (isUse ? undefined : misplaced(role, groups, resource));
    if (violation !== undefined) yield { at, ...violation };
  }
}

function lacking(groups: readonly string[], resource: string): Omit<Violation, 'at'> | undefined {
  if (resource === '' || resource === '*' || groups.includes('*')) return undefined;
  if (groups.some((group) => resourcesByGroup.get(group)?.has(resource))) return undefined;
  const others = [...resourcesByGroup].flatMap(([group, resources]) => (resources.has(resource) ? [group] : []));
  const own = groups.flatMap((group) => [...(resourcesByGroup.get(group)?.keys() ?? [])]);
  const meant = others.length > 0 ? undefined : findIntendedName(resource, own);
  if (others.length === 0 && meant === undefined) return undefined;
  return {
    message: `${groups.map(nameOf).join(', ')} has no resource ${resource}`,
    remedy: meant === undefined ? `state ${others.map(nameOf).join(' or ')}` : `correct it to ${meant}`,
  };
}

/** A binding of a Role grants what is in its namespace, and the Namespace itself. */
function misplaced(role: Manifest, groups: readonly string[], resource: string): Omit<Violation, 'at'> | undefined {
  const scopes = groups.flatMap((group) => resourcesByGroup.get(group)?.get(resource) ?? []);
  if (role.kind !== 'Role' || resource === 'namespaces' || scopes.length === 0 || scopes.includes(true))
    return undefined;
  return { message: `no namespace has ${resource}, and a Role is for one`, remedy: 'use a ClusterRole' };
}

function nameOf(group: string): string {
  return group === '' ? 'the core group' : group;
}

/** The resources of each group of Kubernetes, and whether they are in namespaces. */
const resourcesByGroup: ReadonlyMap<string, ReadonlyMap<string, boolean>> = new Map(
  [...new Set([...kinds.values()].map(({ group }) => group))]
    .filter((group) => listKindsInGroup(group).length > 0)
    .map((group) => {
      const own = [...kinds.values()].filter((kind) => kind.group === group);
      const named = own.map(({ kind, namespaced }) => [pluralOf(kind), namespaced] as const);
      return [group, new Map([...named, ...(group === '' ? virtual.map((each) => [each, true] as const) : [])])];
    }),
);

function pluralOf(kind: string): string {
  return kind === 'Endpoints' ? 'endpoints' : pluralize(kind.toLowerCase());
}

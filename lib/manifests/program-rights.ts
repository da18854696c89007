import type { Cursor } from './cursor';
import type { Manifest } from './manifest';
import type { PodTemplate } from './pod-template';

const rbac = 'rbac.authorization.k8s.io';

/** What programs create under names and labels that no manifest states. */
type Resource = 'secrets' | 'pods';

/**
 * Namespaces in which a program of the set may create Secrets or pods: where a RoleBinding allows it, and in its own namespace
 * if a ClusterRoleBinding does. Operators make the certificates of their webhooks so, and storage systems their pods.
 */
export class ProgramRights {
  private readonly namespaces: Readonly<Record<Resource, ReadonlySet<string>>>;

  constructor(objects: readonly Manifest[], pods: readonly PodTemplate[]) {
    const running = new Set(pods.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`));
    this.namespaces = {
      secrets: new Set(namespacesToCreateIn('secrets', objects, running)),
      pods: new Set(namespacesToCreateIn('pods', objects, running)),
    };
  }

  /** Whether a program may create a Secret in a namespace. */
  mayCreateSecretsIn(namespace: string): boolean {
    return this.namespaces.secrets.has(namespace);
  }

  /** Whether a program may create a pod in a namespace, without a workload that states its labels. */
  mayCreatePodsIn(namespace: string): boolean {
    return this.namespaces.pods.has(namespace);
  }
}

function namespacesToCreateIn(
  resource: Resource,
  objects: readonly Manifest[],
  running: ReadonlySet<string>,
): readonly string[] {
  const granting = new Set(objects.filter((object) => grantsCreation(object, resource)).map(idOf));
  if (granting.size === 0) return [];
  const bindings = objects.filter(({ group, kind }) => group === rbac && kind.endsWith('RoleBinding'));
  return bindings
    .filter((binding) => granting.has(roleId(binding)))
    .flatMap((binding) => {
      const accounts = binding
        .items('subjects')
        .map((subject) => ({ account: subject.text('namespace') ?? binding.namespace, name: subject.text('name') }))
        .filter(({ account, name }) => running.has(`${account}/${name}`));
      return accounts.map(({ account }) => (binding.kind === 'RoleBinding' ? binding.namespace : account));
    });
}

function roleId(binding: Manifest): string {
  const kind = binding.text('roleRef', 'kind') ?? '';
  return `${kind}/${kind === 'Role' ? binding.namespace : ''}/${binding.text('roleRef', 'name')}`;
}

function idOf({ kind, namespace, name }: Manifest): string {
  return `${kind}/${namespace}/${name}`;
}

function grantsCreation(role: Manifest, resource: Resource): boolean {
  const isRole = role.group === rbac && (role.kind === 'Role' || role.kind === 'ClusterRole');
  return isRole && role.items('rules').some((rule) => allowsCreation(rule, resource));
}

function allowsCreation(rule: Cursor, resource: Resource): boolean {
  const hasAny = (field: string, wanted: string) => rule.texts(field).some((each) => each === wanted || each === '*');
  return hasAny('apiGroups', '') && hasAny('resources', resource) && hasAny('verbs', 'create');
}

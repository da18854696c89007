import type { Cursor } from './cursor';
import type { Manifest } from './manifest';
import type { PodTemplate } from './pod-template';

const rbac = 'rbac.authorization.k8s.io';

/**
 * Namespaces in which a program of the set may create Secrets: where a RoleBinding allows it, and in its own namespace if a
 * ClusterRoleBinding does. Operators make the certificates of their webhooks so, under names that no manifest states.
 */
export class SecretWriters {
  private readonly namespaces = new Set<string>();

  constructor(objects: readonly Manifest[], pods: readonly PodTemplate[]) {
    const writing = new Set(
      objects.filter(grantsSecrets).map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`),
    );
    if (writing.size === 0) return;
    const running = new Set(pods.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`));
    const bindings = objects.filter(({ group, kind }) => group === rbac && kind.endsWith('RoleBinding'));
    for (const binding of bindings) {
      const kind = binding.text('roleRef', 'kind') ?? '';
      const roleNamespace = kind === 'Role' ? binding.namespace : '';
      if (!writing.has(`${kind}/${roleNamespace}/${binding.text('roleRef', 'name')}`)) continue;
      for (const subject of binding.items('subjects')) {
        const home = subject.text('namespace') ?? binding.namespace;
        if (!running.has(`${home}/${subject.text('name')}`)) continue;
        this.namespaces.add(binding.kind === 'RoleBinding' ? binding.namespace : home);
      }
    }
  }

  /** Whether a program may create a Secret in a namespace. */
  mayCreateIn(namespace: string): boolean {
    return this.namespaces.has(namespace);
  }
}

function grantsSecrets(role: Manifest): boolean {
  const isRole = role.group === rbac && (role.kind === 'Role' || role.kind === 'ClusterRole');
  return isRole && role.items('rules').some(allowsCreation);
}

function allowsCreation(rule: Cursor): boolean {
  const hasAny = (field: string, wanted: string) => rule.texts(field).some((each) => each === wanted || each === '*');
  return hasAny('apiGroups', '') && hasAny('resources', 'secrets') && hasAny('verbs', 'create');
}

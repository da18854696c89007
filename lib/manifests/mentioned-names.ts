import type { Manifest } from './manifest';
import type { PodTemplate } from './pod-template';

/**
 * Names that programs of a set get in their arguments and variables, or in the permissions of their roles.
 * A program may create a ConfigMap or Secret of such a name, so a reference to it is unknown and not dangling.
 */
export class MentionedNames {
  private readonly names = new Set<string>();

  constructor(objects: readonly Manifest[], pods: readonly PodTemplate[]) {
    for (const pod of pods) for (const text of textsOf(pod)) this.addWords(pod.namespace, text);
    for (const role of objects.filter(({ group }) => group === 'rbac.authorization.k8s.io')) {
      for (const rule of role.items('rules')) {
        for (const name of rule.texts('resourceNames')) this.names.add(`${role.namespace}/${name}`);
      }
    }
  }

  /** Whether a program may create an object of that name. Cluster-scoped roles apply to every namespace. */
  has(namespace: string, name: string): boolean {
    return this.names.has(`${namespace}/${name}`) || this.names.has(`/${name}`);
  }

  private addWords(namespace: string, text: string): void {
    for (const word of text.match(/[a-z0-9]([-a-z0-9.]*[a-z0-9])?/g) ?? []) this.names.add(`${namespace}/${word}`);
  }
}

/** Flags and variables that name a ConfigMap or Secret: `--secret-name=web`, `WEBHOOK_CERT_SECRET`. */
const namesConfig = /secret|config-?_?map|cert|tls/i;

function textsOf({ allContainers }: PodTemplate): string[] {
  return allContainers.flatMap(({ at, env }) => {
    const args = [...at.texts('command'), ...at.texts('args')];
    return [
      // A flag and its value may be two arguments.
      ...args.filter((arg, index) => namesConfig.test(arg) || namesConfig.test(args[index - 1] ?? '')),
      ...env.flatMap((entry) => (namesConfig.test(entry.text('name') ?? '') ? (entry.text('value') ?? []) : [])),
    ];
  });
}

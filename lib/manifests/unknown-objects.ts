import { UsageError } from '../platform/errors';
import { type Manifest, namespacesMeant } from './manifest';
import { makesUnknown } from './operators/made-objects';
import type { PodTemplate } from './pod-template';

/**
 * Objects of unknown kinds, and of those that are known in part. Their controllers create pods, Secrets and Services,
 * named after the object or by a value in it, so a reference that mentions one of these is unknown and not dangling.
 */
export class UnknownObjects {
  readonly types: readonly string[];
  private readonly ofUnknownKinds: NameIndex;
  private readonly ofOpenKinds: NameIndex;

  constructor(all: readonly Manifest[]) {
    const ofUnknownKind = all.filter(({ isOfUnknownKind }) => isOfUnknownKind);
    this.types = [...new Set(ofUnknownKind.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))].sort();
    this.ofUnknownKinds = new NameIndex(ofUnknownKind);
    this.ofOpenKinds = new NameIndex(all.filter(({ type }) => makesUnknown(type)));
  }

  /** Whether one of these objects may create what is missing from a namespace. */
  mayCreate(namespace: string, words: readonly string[]): boolean {
    return this.ofUnknownKinds.mayMean(namespace, words) || this.ofOpenKinds.mayMean(namespace, words);
  }

  /**
   * Whether one of these objects may create an object of an operator's kind, a ConfigMap or a Secret: of these, operators
   * make only what their table lists.
   */
  mayCreateListed(namespace: string, name: string): boolean {
    return this.ofUnknownKinds.mayMean(namespace, [name]);
  }
}

/** Names of objects, and every text in them. */
class NameIndex {
  private readonly names = new Set<string>();
  private readonly mentions = new Set<string>();

  constructor(objects: readonly Manifest[]) {
    for (const object of objects) {
      if (object.name !== '') this.names.add(`${object.namespace}/${object.name}`);
      for (const text of textsBelow(object.value)) this.mentions.add(`${object.namespace}/${text}`);
    }
  }

  /** Whether one of the words is mentioned, or begins with a name. */
  mayMean(namespace: string, words: readonly string[]): boolean {
    if (this.mentions.size === 0) return false;
    // Cluster-scoped objects, and objects that name no namespace, may act in any.
    return ['', ...namespacesMeant(namespace)].some((where) =>
      words.some((word) => this.mentions.has(`${where}/${word}`) || this.namesPrefixOf(where, word)),
    );
  }

  private namesPrefixOf(namespace: string, word: string): boolean {
    return word.split('-').some((_, end, parts) => this.names.has(`${namespace}/${parts.slice(0, end + 1).join('-')}`));
  }
}

function textsBelow(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsBelow) : [];
}

/** An object that lives outside the set, on whose existence the set may rely. */
export interface Assumption {
  readonly kind: string;
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  /** A key that it has; without one, it is assumed to have every key. */
  readonly key: string | undefined;
}

/** Reads `Secret/<namespace>/<name>[/<key>]`, and `ClusterRole/<name>` for cluster-scoped kinds. */
export function parseAssumption(text: string): Assumption {
  const parts = text.split('/');
  const [kind, namespace, name, key] = parts.length === 2 ? [parts[0], '', parts[1]] : parts;
  if (!kind || namespace === undefined || !name || key === '' || parts.length > 4) {
    throw new UsageError(`cannot assume "${text}": expected Kind/namespace/name, Kind/namespace/name/key or Kind/name`);
  }
  return { kind, namespace, name, key };
}

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

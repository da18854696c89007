import type { Manifest } from '../../manifests/manifest';
import type { Rule } from '../rule';

interface Syntax {
  readonly pattern: RegExp;
  readonly longest: number;
  readonly meaning: string;
}

const subdomain: Syntax = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  longest: 253,
  meaning: 'lower-case letters, digits, "-" and "."',
};

const label: Syntax = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  meaning: 'at most 63 lower-case letters, digits and "-"',
};

/** The name of a Service is a part of host names, and of variables, which begin with a letter. */
const serviceName: Syntax = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  meaning: 'at most 63 lower-case letters, digits and "-", beginning with a letter',
};

/** A name to which Kubernetes adds 11 characters, and which is the value of a label then. */
const extended: Syntax = { ...subdomain, longest: 52, meaning: 'at most 52 lower-case letters, digits, "-" and "."' };

/** Names of roles may hold what fits between two slashes of a URL. */
const pathSegment: Syntax = { pattern: /^(?!\.{1,2}$)[^/%]+$/, longest: 253, meaning: 'anything but "/" and "%"' };

const syntaxes: ReadonlyMap<string, Syntax> = new Map([
  ['Namespace', label],
  ['Service', serviceName],
  ['CronJob.batch', extended],
  ['StatefulSet.apps', extended],
  ['Job.batch', { ...subdomain, longest: 63, meaning: 'at most 63 lower-case letters, digits, "-" and "."' }],
  ['ClusterRole.rbac.authorization.k8s.io', pathSegment],
  ['ClusterRoleBinding.rbac.authorization.k8s.io', pathSegment],
  ['Role.rbac.authorization.k8s.io', pathSegment],
  ['RoleBinding.rbac.authorization.k8s.io', pathSegment],
]);

export const names: Rule = {
  name: 'names',
  class: 'broken',
  finds: 'An object without a name, or with a name that the API server refuses.',
  why: 'The API server refuses the object.',
  fix: 'State a name of lower-case letters, digits and "-".',
  example: `
apiVersion: v1
kind: Service
metadata: { name: Web_Shop, namespace: shop }
spec: { type: ExternalName, externalName: web.example.org }
`,
  *check(set) {
    for (const object of set.objects) {
      // Configuration of kustomize itself, which no API server sees.
      if (object.apiVersion === 'builtin') continue;
      // Its namespace is the name of this object too.
      if (object.type === 'Namespace' && set.isKustomizeInput) continue;
      if (set.isKustomizeInput && isReplaced(object.name)) continue;
      const at = object.at('metadata', 'name');
      const { pattern, longest, meaning } = syntaxes.get(object.type) ?? subdomain;
      if (object.name === '') {
        if (!isNamedByServer(object)) yield { at, message: 'the object has no name', remedy: 'state metadata.name' };
      } else if (object.name.length > longest || !pattern.test(object.name)) {
        yield { at, message: `"${object.name}" is not a valid name of a ${object.kind}`, remedy: `use ${meaning}` };
      }
    }
  },
};

/** A variable of kustomize, or the `*` of a patch that states its target elsewhere. */
function isReplaced(name: string): boolean {
  return name === '*' || /\$\([^)]+\)/.test(name);
}

function isNamedByServer(object: Manifest): boolean {
  // Configuration of tools, such as a Kustomization, needs no name.
  return object.has('metadata', 'generateName') || object.isOfUnknownKind;
}

export const explicitNamespaces: Rule = {
  name: 'explicit-namespaces',
  formerNames: ['stated-namespaces'],
  class: 'policy',
  finds: 'A namespaced object without a namespace.',
  why: 'The current context of kubectl decides where the object goes.',
  fix: 'State metadata.namespace.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
`,
  *check(set) {
    for (const object of set.objects) {
      if (object.namespace !== '' || object.knownKind?.namespaced !== true) continue;
      yield {
        at: object.at('metadata', 'namespace'),
        message: `a ${object.kind} is namespaced, but states no namespace`,
        remedy: 'state metadata.namespace',
      };
    }
  },
};

export const clusterScope: Rule = {
  name: 'cluster-scope',
  class: 'policy',
  finds: 'A namespace on an object whose kind is cluster-scoped.',
  why: 'The namespace has no effect, and suggests that the object is isolated.',
  fix: 'Remove the namespace.',
  example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reader, namespace: shop }
rules: []
`,
  *check(set) {
    for (const object of set.objects) {
      const at = object.at('metadata', 'namespace');
      if (object.knownKind?.namespaced !== false || !at.exists) continue;
      yield {
        at,
        message: `a ${object.kind} is cluster-scoped and cannot be in namespace "${at.value}"`,
        remedy: 'remove the namespace',
      };
    }
  },
};

import type { Manifest, RoleRule } from '../support/manifests';
import { containers, objects, ofKind, workloads } from '../support/subjects';
import { rule } from './rule';

const bindings = ofKind('RoleBinding', 'ClusterRoleBinding');
const roles = ofKind('Role', 'ClusterRole');
const everybody = ['system:anonymous', 'system:unauthenticated', 'system:authenticated', 'system:masters'];
const dangerousVerbs = ['escalate', 'bind', 'impersonate', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const dangerousResources = ['pods/exec', 'pods/attach', 'pods/log', 'nodes/proxy', 'serviceaccounts/token'];
const snippets = /snippet|lua|alias|auth-url|auth-tls-match-cn|mirror-/;
const sensitive = /password|token|bearer|secret/i;

/** Annotations that keep an analyzer from looking. */
const exemptions = /-exempt$|^kube-score\/ignore$|^ignore-check\.|^checkov\.io\//;

/** Who pods are to the cluster, what that lets them do, and where credentials stand. */
export const identity = [
  rule(
    'I1',
    'a workload names an account of its own file, and not the default one',
    workloads,
    ({ pod, siblings }) =>
      pod.serviceAccount === undefined &&
      pod.serviceAccountName !== 'default' &&
      hasAccount(siblings, pod.serviceAccountName),
  ),
  rule(
    'I1n',
    'no account is the one that a controller makes in each namespace: the first apply would fail at it',
    ofKind('ServiceAccount'),
    ({ object }) => object.metadata.name !== 'default',
  ),
  rule(
    'I2r',
    'who is granted something has a token, for else the grant is of no use',
    bindings,
    ({ object: { subjects = [] } }) =>
      subjects.every(({ name, namespace }) =>
        workloads.some(
          ({ object, pod }) =>
            object.metadata.namespace === namespace &&
            pod.serviceAccountName === name &&
            (pod.volumes ?? []).some(({ projected }) =>
              JSON.stringify(projected ?? {}).includes('serviceAccountToken'),
            ),
        ),
      ),
  ),
  rule('I2', 'no account gives its token away', ofKind('ServiceAccount'), isWithoutToken),
  rule('I2p', 'no pod mounts its token unasked', workloads, ({ pod }) => pod.automountServiceAccountToken === false),
  rule('I3', 'no role has a wildcard', roles, ({ object }) =>
    rulesOf(object).every(
      ({ apiGroups, resources, verbs }) => ![...apiGroups, ...resources, ...verbs].some(isWildcard),
    ),
  ),
  rule(
    'I3b',
    'no binding is of everybody or of cluster-admin',
    bindings,
    ({ object }) =>
      object.roleRef?.name !== 'cluster-admin' &&
      (object.subjects ?? []).every(({ name }) => !everybody.includes(name)),
  ),
  rule(
    'I3r',
    'a binding joins a role of its own file and accounts that exist',
    bindings,
    ({ object: { roleRef, subjects = [] }, siblings }) =>
      siblings.some(({ kind, metadata }) => kind === roleRef?.kind && metadata.name === roleRef.name) &&
      subjects.length > 0 &&
      subjects.every((subject) =>
        objects.some(
          ({ object: { kind, metadata } }) =>
            kind === subject.kind && metadata.name === subject.name && metadata.namespace === subject.namespace,
        ),
      ),
  ),
  rule('I4', 'no role reads secrets', roles, ({ object }) =>
    rulesOf(object).every(({ resources }) => !resources.includes('secrets')),
  ),
  rule('I5', 'no role reaches into pods or nodes, or beyond itself', roles, ({ object }) =>
    rulesOf(object).every(
      ({ resources, verbs }) =>
        !resources.some((resource) => dangerousResources.includes(resource)) &&
        !verbs.some((verb) => dangerousVerbs.includes(verb)),
    ),
  ),
  rule('I6', 'secrets are files, not variables', containers, ({ container }) =>
    (container.env ?? []).every(({ valueFrom }) => valueFrom?.secretKeyRef === undefined),
  ),
  rule('I7', 'no variable with the name of a secret has a literal value', containers, ({ container }) =>
    (container.env ?? []).every(({ name, value }) => value === undefined || !sensitive.test(name)),
  ),
  rule('I9', 'no object holds the values of secrets', objects, ({ object }) => object.kind !== 'Secret'),
  rule(
    'I8',
    "no object is exempt from an analyzer's check",
    objects,
    ({ object: { metadata } }) => !Object.keys(metadata.annotations ?? {}).some((name) => exemptions.test(name)),
  ),
  rule(
    'I10',
    'no Ingress runs code in its controller',
    ofKind('Ingress'),
    ({ object }) => !Object.keys(object.metadata.annotations ?? {}).some((name) => snippets.test(name)),
  ),
];

function hasAccount(siblings: readonly Manifest[], name: string | undefined): boolean {
  return siblings.some(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === name);
}

function isWithoutToken({ object }: { readonly object: Manifest }): boolean {
  return object.automountServiceAccountToken === false;
}

function rulesOf({ rules = [] }: Manifest): readonly RoleRule[] {
  return rules;
}

function isWildcard(text: string): boolean {
  return text.includes('*');
}

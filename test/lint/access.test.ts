import { add, type Change, findingsAfter, put } from './changes';
import { testRule } from './rule-cases';

describe('bindings', () => {
  test('a Role that does not exist', () => {
    expect(findingsAfter([put('shop RoleBinding/pod-readers', '/roleRef/name', 'pods-reader')])).toEqual([
      'bindings | shop RoleBinding/pod-readers: roleRef: Role pods-reader does not exist in shop (there is pod-reader)',
    ]);
  });

  test('a ClusterRole that does not exist', () => {
    expect(findingsAfter([put('ClusterRoleBinding/shop:monitoring', '/roleRef/name', 'shop:monitor')])).toEqual([
      'bindings | ClusterRoleBinding/shop:monitoring: roleRef: ClusterRole shop:monitor does not exist (there is shop:monitoring)',
    ]);
  });

  test('a Role of another namespace', () => {
    expect(
      findingsAfter([
        put('vault RoleBinding/robot-views', '/roleRef', {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'Role',
          name: 'pod-reader',
        }),
      ]),
    ).toEqual([
      'bindings | vault RoleBinding/robot-views: roleRef: Role pod-reader does not exist in vault (there is none)',
    ]);
  });

  test('an account that does not exist', () => {
    expect(findingsAfter([put('shop RoleBinding/pod-readers', '/subjects/3/name', 'website')])).toEqual([
      'bindings | shop RoleBinding/pod-readers: subjects[3]: ServiceAccount website does not exist in shop (there is web)',
    ]);
  });

  test('an account without a namespace is in that of a RoleBinding, and in none of a ClusterRoleBinding', () => {
    const subject = (name: string) => [{ kind: 'ServiceAccount', name }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
    const binding = (kind: string, name: string, namespace?: string) =>
      add({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind,
        metadata: { name: 'readers', ...(namespace && { namespace }) },
        roleRef,
        subjects: subject(name),
      });
    const found = (change: Change) => findingsAfter([change]).filter((line) => /^(bindings|access-values) /.test(line));
    expect(found(binding('RoleBinding', 'web', 'shop'))).toEqual([]);
    expect(found(binding('RoleBinding', 'none', 'shop')).join()).toContain(
      'ServiceAccount none does not exist in shop',
    );
    expect(found(binding('ClusterRoleBinding', 'web'))).toEqual([
      'access-values | ClusterRoleBinding/readers: subjects[0].namespace: the account has no namespace',
    ]);
  });
});

const role = (kind: string, ...rules: readonly string[]) =>
  `{apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: {name: web, namespace: shop}, rules: [${rules.map((rule) => `{${rule}}`).join(', ')}]}`;
const reads = (group: string, resource: string) => `apiGroups: ["${group}"], resources: [${resource}], verbs: [get]`;

testRule('granted-resources', {
  good: [
    ['what a group has', role('Role', reads('apps', 'deployments'))],
    ['a subresource', role('Role', reads('apps', 'deployments/scale'))],
    [
      'two groups of which one has it',
      role('Role', 'apiGroups: ["", apps], resources: [pods, deployments], verbs: [get]'),
    ],
    ['a group that is not known', role('Role', reads('example.org', 'deployments'))],
    ['every group', role('Role', reads('*', 'deployments'))],
    ['every resource', role('Role', reads('apps', '"*"'))],
    ['what a rule for every group grants', role('Role', reads('', 'deployments'), reads('*', 'deployments'))],
    ['what is granted by another rule', role('Role', reads('', 'deployments'), reads('apps', 'deployments'))],
    ['a resource of the cluster', role('ClusterRole', reads('', 'nodes'))],
    ['the namespace itself', role('Role', reads('', 'namespaces'))],
    ['a policy that pods use', role('Role', 'apiGroups: [policy], resources: [podsecuritypolicies], verbs: [use]')],
    ['users', role('ClusterRole', 'apiGroups: [""], resources: [users], verbs: [impersonate]')],
    ['a verb of an operator', role('Role', 'apiGroups: [example.org], resources: [shops], verbs: [close]')],
    ['addresses', role('ClusterRole', 'nonResourceURLs: [/metrics], verbs: [get]')],
  ],
  bad: [
    ['another group', role('Role', reads('', 'deployments'))],
    ['a subresource of another group', role('Role', reads('', 'deployments/scale'))],
    ['a kind in place of the resource', role('Role', reads('', 'configmap'))],
    ['a version', role('Role', reads('apps/v1', 'deployments'))],
    ['the version of the core', role('Role', reads('v1', 'pods'))],
    ['a resource of the cluster', role('Role', reads('', 'nodes'))],
    ['a misspelt verb', role('Role', 'apiGroups: [""], resources: [pods], verbs: [get, lsit]')],
  ],
});

describe('role-wildcards', () => {
  test('every verb', () => {
    expect(findingsAfter([put('shop Role/pod-reader', '/rules/0/verbs', ['*'])])).toEqual([
      'role-wildcards | shop Role/pod-reader: rules[0].verbs[0]: the role grants a wildcard',
    ]);
  });
});

describe('role-secrets', () => {
  test('Secrets', () => {
    expect(findingsAfter([put('shop Role/pod-reader', '/rules/0/resources', ['pods', 'secrets'])])).toEqual([
      'role-secrets | shop Role/pod-reader: rules[0].resources[1]: the role grants Secrets',
    ]);
  });

  test('Secrets by a wildcard', () => {
    expect(findingsAfter([put('shop Role/pod-reader', '/rules/0/resources', ['*'])])).toEqual([
      'role-wildcards | shop Role/pod-reader: rules[0].resources[0]: the role grants a wildcard',
      'role-secrets | shop Role/pod-reader: rules[0].resources[0]: the role grants Secrets',
    ]);
  });
});

describe('unused-tokens', () => {
  test('a mounted token without a binding', () => {
    expect(
      findingsAfter([
        put('shop Deployment/echo', '/spec/template/spec/automountServiceAccountToken', undefined),
        put('shop RoleBinding/pod-readers', '/subjects', []),
      ]),
    ).toEqual([
      'unused-tokens | shop Deployment/echo: spec.template.spec.automountServiceAccountToken: the pod mounts a token of account "default", to which no binding grants anything',
    ]);
  });

  test('a projected token without a binding', () => {
    expect(
      findingsAfter([
        put(
          'shop Deployment/web',
          '/spec/template/spec/volumes/3/projected/sources/0/serviceAccountToken/audience',
          undefined,
        ),
      ]),
    ).toEqual([
      'unused-tokens | shop Deployment/web: spec.template.spec.volumes[3].projected.sources[0].serviceAccountToken: the pod mounts a token of account "web", to which no binding grants anything',
    ]);
  });
});

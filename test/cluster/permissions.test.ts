import { createRoles } from '../../lib/cluster/permissions';

const apiVersion = 'rbac.authorization.k8s.io/v1';

test('permissions become a ClusterRole and a Role for each namespace, that grant exactly these', () => {
  const roles = createRoles(
    [
      { verb: 'list', resource: 'pods', namespace: 'shop' },
      { verb: 'get', resource: 'pods/log', namespace: 'shop' },
      { verb: 'get', resource: 'deployments.apps', namespace: 'shop' },
      { verb: 'list', resource: 'jobs.batch', namespace: 'shop' },
      { verb: 'get', resource: 'pods', namespace: 'shop' },
      { verb: 'get', resource: 'namespaces', namespace: 'shop', name: 'shop' },
      { verb: 'list', resource: 'namespaces' },
      { verb: 'list', resource: 'secrets', namespace: 'books' },
      { verb: 'list', resource: 'configmaps', namespace: 'books' },
    ],
    'shop-deploy',
  );
  expect(roles).toStrictEqual([
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name: 'shop-deploy' },
      rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['list'] }],
    },
    {
      apiVersion,
      kind: 'Role',
      metadata: { name: 'shop-deploy', namespace: 'books' },
      rules: [{ apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['list'] }],
    },
    {
      apiVersion,
      kind: 'Role',
      metadata: { name: 'shop-deploy', namespace: 'shop' },
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
        { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list'] },
        { apiGroups: [''], resources: ['namespaces'], resourceNames: ['shop'], verbs: ['get'] },
      ],
    },
  ]);
});

test('each role is bound to the named users and groups', () => {
  const subjects = [
    { kind: 'User', name: 'ada' },
    { kind: 'Group', name: 'deployers' },
  ] as const;
  const bindings = createRoles(
    [
      { verb: 'list', resource: 'namespaces' },
      { verb: 'list', resource: 'pods', namespace: 'shop' },
    ],
    'shop-deploy',
    subjects,
  ).filter(({ kind }) => kind.endsWith('Binding'));
  const apiGroup = 'rbac.authorization.k8s.io';
  const bound = subjects.map((subject) => ({ apiGroup, ...subject }));
  expect(bindings).toStrictEqual([
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'shop-deploy' },
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'shop-deploy' },
      subjects: bound,
    },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name: 'shop-deploy', namespace: 'shop' },
      roleRef: { apiGroup, kind: 'Role', name: 'shop-deploy' },
      subjects: bound,
    },
  ]);
});

test('no permissions need no role', () => {
  expect(createRoles([], 'shop-deploy')).toStrictEqual([]);
});

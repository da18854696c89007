import { ServiceAccess } from '../../../lib/constructs/namespace/platform-namespace';
import { namespaceScope } from '../../support/shop';
import { synthesized, yamlOf } from '../../support/synth';

test("the services' account may find pods, Services and endpoints of its namespace", () => {
  const props = { namespaceScope, imagePullSecrets: ['registry', 'mirror'], callsKubernetes: true };
  expect(yamlOf((scope) => new ServiceAccess(scope, 'access', props))).toMatchInlineSnapshot(`
"apiVersion: v1
kind: ServiceAccount
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-service-account
  namespace: shop-test
automountServiceAccountToken: false
imagePullSecrets:
  - name: registry
  - name: mirror
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-app-role
  namespace: shop-test
rules:
  - apiGroups:
      - ""
    resources:
      - pods
      - services
      - endpoints
    verbs:
      - get
      - list
      - watch
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-app-binding
  namespace: shop-test
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: shop-app-role
subjects:
  - kind: ServiceAccount
    name: shop-service-account
    namespace: shop-test
"
`);
});

const without = { imagePullSecrets: [], callsKubernetes: false };

test('where no service calls the Kubernetes API, the account has no permissions', () => {
  const objects = synthesized((scope) => new ServiceAccess(scope, 'access', { namespaceScope, ...without }));
  expect(objects.map(({ kind }) => kind)).toStrictEqual(['ServiceAccount']);
});

test('an account without pull secrets names none', () => {
  const [account] = synthesized((scope) => new ServiceAccess(scope, 'access', { namespaceScope, ...without }));
  expect(Object.keys(account ?? {}).sort()).toStrictEqual([
    'apiVersion',
    'automountServiceAccountToken',
    'kind',
    'metadata',
  ]);
});

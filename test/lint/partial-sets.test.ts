import { parseAllDocuments } from 'yaml';
import { lintSet } from '../../lib/lint/lint-manifests';
import { ManifestSet, type SetOrigin } from '../../lib/manifests/manifest-set';

/** Sets that are not all that the cluster gets: what is missing from them is unknown. */

const pod = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec:
  serviceAccountName: web
  containers:
    - name: web
      image: example.org/web:1
      env: [{ name: TOKEN, valueFrom: { secretKeyRef: { name: web, key: token } } }]
`;
const account = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
`;
const service = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 80 }] }
`;
const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: job } } }] }]
`;
const secret = `
apiVersion: v1
kind: Secret
metadata: { name: web, namespace: shop }
data: {}
`;

const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: edge }
spec: { gatewayClassName: web, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`;

/** Rules that found something, each as often as it did. */
function rulesOf(texts: readonly string[], origin?: SetOrigin): string[] {
  const objects = texts.flatMap((text) => parseAllDocuments(text).map((document): unknown => document.toJS()));
  return lintSet(new ManifestSet(objects, [], origin), { policy: false }).map(({ rule }) => rule);
}

describe('selectors', () => {
  test('select pods that are stated elsewhere, where a namespace has none here', () => {
    expect(rulesOf([service, policy])).toEqual([]);
  });

  test('select nothing, where the namespace has pods', () => {
    const bystander = pod.replace(/ {2}serviceAccountName: web\n| {6}env: .*\n/g, '');
    expect(rulesOf([service, policy, bystander])).toEqual(['service-selectors', 'policy-selectors', 'policy-peers']);
  });

  test('select nothing, where their pods are in another namespace', () => {
    const elsewhere = pod.replace(/ {2}serviceAccountName: web\n| {6}env: .*\n/g, '').replace('app: web', 'app: db');
    expect(rulesOf([service, elsewhere.replace('namespace: shop', 'namespace: store')])).toEqual(['service-selectors']);
  });

  const broker = (namespace: string) => `
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: { name: log${namespace} }
spec: { kafka: { listeners: [] }, entityOperator: {} }
`;

  test('select pods that are stated elsewhere, where an operator makes some in any namespace, or in another', () => {
    expect(rulesOf([service, broker(', namespace: store')])).toEqual([]);
    expect(rulesOf([service, gateway])).toEqual([]);
    expect(rulesOf([service, broker(', namespace: shop')])).toEqual(['service-selectors']);
  });

  test('of an object without a namespace select what an unknown object in the default one makes', () => {
    const engine = 'apiVersion: example.org/v1\nkind: Engine\nmetadata: { name: db, namespace: default }';
    const roaming = service.replace(', namespace: shop', '').replace('app: db', 'app: db-primary');
    const bystander = pod
      .replace(/ {2}serviceAccountName: web\n| {6}env: .*\n/g, '')
      .replace('namespace: shop', 'namespace: default');
    expect(rulesOf([roaming, bystander])).toEqual(['service-selectors']);
    expect(rulesOf([roaming, bystander, engine])).toEqual([]);
  });

  test.each([
    ['create', []],
    ['list', ['service-selectors', 'policy-selectors', 'policy-peers']],
  ])('where a program may %s pods', (verb, found) => {
    const role = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [pods], verbs: [${verb}] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]
`;
    const manager = pod.replace(/ {6}env: .*\n/, '');
    expect(rulesOf([service, policy, manager, account, role])).toEqual(found);
  });
});

describe('the input of kustomize', () => {
  const binding = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader }
subjects: [{ kind: ServiceAccount, name: web }]
`;
  const patch = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { replicas: 2 }
`;

  test('is completed by it', () => {
    const input = [pod, service, policy, binding, patch, service];
    expect(rulesOf(input, { isKustomizeInput: true })).toEqual([]);
    expect(new Set(rulesOf(input))).toEqual(
      new Set([
        'unique-objects',
        'schema',
        'access-values',
        'dangling-keys',
        'service-selectors',
        'service-accounts',
        'bindings',
        'policy-selectors',
        'policy-peers',
      ]),
    );
  });

  test.each([
    [
      'a volume that a patch mounts',
      'volume-mounts',
      `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example.org/web:1, volumeMounts: [{ name: data, mountPath: /data }] }] }
`,
    ],
    [
      'labels and selectors',
      'workload-selectors',
      `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: }
  template:
    metadata: { labels: }
    spec: { containers: [{ name: web, image: example.org/web:1 }] }
`,
    ],
    [
      'the ports of a Service',
      'service-values',
      `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: LoadBalancer }
`,
    ],
    [
      'the port of a backend',
      'ingress-backends',
      `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: None }
`,
    ],
    [
      'the selector of a budget',
      'disruption-budgets',
      `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: 1 }
`,
    ],
    [
      'variables of its own',
      'variable-order',
      `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: web, image: example.org/web:1, env: [{ name: IMAGE, value: $(IMAGE) }] }] }
`,
    ],
    ['the name of the namespace', 'names', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: _ }'],
    ['a name from a variable', 'names', 'apiVersion: v1\nkind: Secret\nmetadata: { name: $(application) }'],
    [
      'the target of a patch',
      'names',
      'apiVersion: v1\nkind: Service\nmetadata: { name: "*" }\nspec: { ports: [{ port: 80 }] }',
    ],
    [
      'what the definition of a custom kind requires',
      'schema',
      `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: shops.example.org }
spec:
  group: example.org
  scope: Namespaced
  names: { kind: Shop, plural: shops }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, required: [size], properties: { size: { type: integer } } } } } }
---
apiVersion: example.org/v1
kind: Shop
metadata: { name: web, namespace: shop }
spec: {}
`,
    ],
  ])('gets from it %s', (_, rule, text) => {
    expect(rulesOf([text])).toEqual([rule]);
    expect(rulesOf([text], { isKustomizeInput: true })).toEqual([]);
  });

  test('has empty Secrets that an overlay fills', () => {
    expect(rulesOf([pod, account, secret], { isKustomizeInput: true })).toEqual([]);
    expect(rulesOf([pod, account, secret])).toEqual(['dangling-keys']);
  });

  test('generates keys', () => {
    const filled = secret.replace('data: {}', 'stringData: { tokn: a }');
    const name = /name: (\S+)/.exec(filled.split('metadata')[1] ?? '')?.[1]?.replace(/,$/, '') ?? '';
    const generator = (of: string) =>
      `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator: [{ name: ${of} }]`;
    expect(rulesOf([pod, account, filled, generator(name)])).toEqual([]);
    expect(rulesOf([pod, account, filled, generator('other')])).toEqual(['dangling-keys']);
  });

  test('is checked for the keys that it states', () => {
    const filled = secret.replace('data: {}', 'stringData: { tokn: a }');
    expect(rulesOf([pod, account, filled], { isKustomizeInput: true })).toEqual(['dangling-keys']);
  });
});

test('the token of an account in a manifest that was read from a cluster', () => {
  expect(rulesOf([pod.replace('name: web, key: token', 'name: web-token-x7k2p, key: token'), account])).toEqual([]);
});

test('a Service of a namespace of the cluster is not known', () => {
  const ingress = (namespace: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: dashboard, namespace: ${namespace} }
spec: { defaultBackend: { service: { name: dashboard, port: { number: 443 } } } }
`;
  expect(rulesOf([ingress('kube-system')])).toEqual([]);
  expect(rulesOf([ingress('shop')])).toEqual(['ingress-backends']);
});

describe('one object in two files', () => {
  const settings = (name: string, level: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop' },
    data: { LOG_LEVEL: level },
  });

  /** Messages about files with their objects. */
  function messagesOf(files: Readonly<Record<string, readonly unknown[]>>): string[] {
    const fileOf = new Map(Object.entries(files).flatMap(([file, objects]) => objects.map((each) => [each, file])));
    const set = new ManifestSet([...fileOf.keys()], [], { fileOf: (object) => fileOf.get(object) });
    return lintSet(set, { policy: false }).map(({ message }) => message);
  }

  const another = (name: string) => `there is another ConfigMap "${name}" in the set`;

  test('is a finding where it differs', () => {
    const files = { 'k8s/a.yaml': [settings('a', 'info')], 'k8s/b.yaml': [settings('a', 'debug')] };
    expect(messagesOf(files)).toEqual([another('a')]);
  });

  test('is none where it is equal, but is in one file', () => {
    const files = { 'k8s/a.yaml': [settings('a', 'info')], 'k8s/b.yaml': [settings('a', 'info')] };
    expect(messagesOf(files)).toEqual([]);
    expect(messagesOf({ 'k8s/a.yaml': [settings('a', 'info'), settings('a', 'info')] })).toEqual([another('a')]);
  });

  const variants = (first: string, second: string) => ({
    [first]: [settings('a', 'info'), settings('b', 'info')],
    [second]: [settings('a', 'debug'), settings('b', 'debug')],
  });

  test('is one finding for two variants of a file', () => {
    expect(messagesOf(variants('k8s/shop.yaml', 'k8s/shop-debug.yaml'))).toEqual([
      '2 objects are both in shop.yaml and in shop-debug.yaml, such as this one',
    ]);
  });

  test('is none for two variants of a folder', () => {
    expect(messagesOf(variants('k8s/staging/shop.yaml', 'k8s/production/shop.yaml'))).toEqual([]);
  });
});

test('what envsubst or Flux fills in is unknown, and the rest is checked', () => {
  const deployment = (value: string, more = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, labels: { team: "${value}" } }
spec:
  replicas: "${value}"
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: "${value}"
      containers:
        - name: web
          image: example.org/web:1
          ports: [{ name: http, containerPort: "${value}" }]
          imagePullPolicy: "${value}"
          resources: { limits: { memory: "${value}" } }
          env: [{ name: A, valueFrom: { secretKeyRef: { name: "${value}", key: b } } }]
          ${more}
`;
  const filledIn = (name: string) => `\${${name}}`;
  expect(rulesOf([deployment(filledIn('NAME:=value'))])).toEqual([]);
  expect(rulesOf([deployment(filledIn('NAME'), `command: sh ${filledIn('NAME')}`)])).toEqual([]);
  expect(rulesOf([deployment(filledIn('NAME'), 'command: sh')])).toEqual(['schema']);
  expect(new Set(rulesOf([deployment('$NAME')]))).toEqual(
    new Set(['labels', 'schema', 'container-values', 'pod-values', 'dangling-keys', 'service-accounts']),
  );
});

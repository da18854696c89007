import type { KubernetesManifest } from '../../../lib/manifests/manifest';
import type { Environment } from '../../../lib/platform/environment';
import { validateEnvironment } from '../../../lib/platform/environment-validation';
import { ValidationError } from '../../../lib/platform/errors';
import { definePlatform } from '../../../lib/platform/platform';
import { preview } from '../../../lib/platform/preview';
import type { Extension, PodExtension } from '../../../lib/platform/settings/extensions';
import { parseQuantity } from '../../../lib/platform/settings/quantity';
import { listEnvironmentSecrets } from '../../../lib/synth/environment-secrets';
import { buildEnvironment, lintOutput } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { staging } from '../../support/environments/staging';
import { catalog, shop, shopTest } from '../../support/shop';
import { changedByServer } from '../../support/stored-form';

type Shop = Environment<typeof shop>;

const base: Shop = { ...shopTest, monitoring: { kind: 'none' } };
const small = {
  requests: { cpu: '10m', memory: '16Mi', ephemeralStorage: '16Mi' },
  limits: { cpu: '300m', memory: '16Mi', ephemeralStorage: '16Mi' },
} as const;
const helper = { name: 'helper', image: 'registry.test/helper:v1', uid: 65532, resources: small } as const;

/** Everything that can be added to a pod. */
const everything: PodExtension<'catalog'> = {
  labels: { 'azure.workload.identity/use': 'true' },
  annotations: { 'example.com/scan': 'weekly' },
  nodeSelector: { 'example.com/pool': 'web' },
  tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'example.com/disk', operator: 'Exists' }] }],
      },
    },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 10,
          podAffinityTerm: { topologyKey: 'example.com/rack', labelSelector: { matchLabels: { app: 'shop-catalog' } } },
        },
      ],
    },
  },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'example.com/rack',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { app: 'shop-catalog' } },
    },
  ],
  priorityClassName: 'system-cluster-critical',
  runtimeClassName: 'gvisor',
  imagePullSecrets: ['partner'],
  serviceAccount: { labels: { 'example.com/role': 'reader' }, annotations: { 'example.com/role-arn': 'role' } },
  env: [{ name: 'TZ', value: 'UTC' }],
  volumes: [{ name: 'models', emptyDir: { sizeLimit: '0.03125Gi' } }],
  volumeMounts: [{ name: 'models', mountPath: '/models' }],
  sidecars: [
    {
      ...helper,
      name: 'proxy',
      command: ['/proxy'],
      ports: { proxy: 8090 },
      readinessProbe: { httpGet: { path: '/ready', port: 'proxy' } },
    },
  ],
  initContainers: [{ ...helper, name: 'fetch', volumeMounts: [{ name: 'models', mountPath: '/models' }] }],
  calls: ['smtp', { name: 'metadata', cidrs: ['169.254.169.254/32'], ports: [80] }],
};

function build(extensions: Shop['extensions'], change: Partial<Shop> = {}, platform: typeof shop = shop) {
  const output = buildEnvironment(platform, { ...base, ...change, extensions });
  return { output, objects: Object.values(output.files).flat() };
}

function find(objects: readonly KubernetesManifest[], kind: string, name: string) {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  // biome-ignore lint/suspicious/noExplicitAny: the fields of an object are what the tests are about
  return found as any;
}

/** The lines of the error that extensions are refused with. */
function refusal(extensions: readonly Extension[], change: Partial<Shop> = {}): readonly string[] {
  try {
    build(extensions as Shop['extensions'], change);
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
  return [];
}

const service = { service: 'catalog' } as const;
const bare = build([]);
const full = build([{ target: service, labels: { tier: 'web' }, annotations: { owner: 'a' }, pod: everything }]);

describe('everything that can be added', () => {
  const deployment = find(full.objects, 'Deployment', 'shop-catalog');
  const { metadata, spec } = deployment.spec.template;
  const before = find(bare.objects, 'Deployment', 'shop-catalog').spec.template.spec;

  test('is in the workload, beside what was there', () => {
    expect(deployment.metadata).toMatchObject({
      labels: { tier: 'web', app: 'shop-catalog' },
      annotations: { owner: 'a' },
    });
    expect(metadata).toMatchObject({ labels: everything.labels, annotations: everything.annotations });
    expect(metadata.labels.tier).toBeUndefined();
    expect(metadata.annotations['checksum/config']).toBeDefined();
    expect(spec.nodeSelector).toStrictEqual({ 'example.com/pool': 'web', 'kubernetes.io/os': 'linux' });
    expect(spec).toMatchObject({
      tolerations: everything.tolerations,
      priorityClassName: 'system-cluster-critical',
      runtimeClassName: 'gvisor',
      serviceAccountName: 'shop-catalog',
      imagePullSecrets: [{ name: 'partner' }],
    });
    const { nodeAffinity, podAntiAffinity } = spec.affinity;
    expect(nodeAffinity).toStrictEqual(everything.affinity?.nodeAffinity);
    expect(podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution).toStrictEqual([
      ...before.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution,
      ...(everything.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []),
    ]);
    expect(spec.topologySpreadConstraints).toStrictEqual([
      ...before.topologySpreadConstraints,
      ...(everything.topologySpreadConstraints ?? []),
    ]);
    expect(spec.volumes.at(-1)).toStrictEqual({ name: 'models', emptyDir: { sizeLimit: '32Mi' } });
  });

  test('is in its first container, and in containers that are as safe as the others', () => {
    const [first, proxy] = spec.containers;
    expect(first.env.at(-1)).toStrictEqual({ name: 'TZ', value: 'UTC' });
    expect(first.volumeMounts.at(-1)).toStrictEqual({ name: 'models', mountPath: '/models' });
    expect(proxy).toStrictEqual({
      name: 'proxy',
      image: 'registry.test/helper:v1',
      imagePullPolicy: 'IfNotPresent',
      command: ['/proxy'],
      ports: [{ name: 'proxy', containerPort: 8090, protocol: 'TCP' }],
      readinessProbe: { httpGet: { path: '/ready', port: 'proxy' } },
      resources: {
        requests: { cpu: '10m', memory: '16Mi', 'ephemeral-storage': '16Mi' },
        limits: { cpu: '300m', memory: '16Mi', 'ephemeral-storage': '16Mi' },
      },
      securityContext: { ...first.securityContext, runAsUser: 65532, runAsGroup: 65532 },
    });
    expect(spec.initContainers.map(({ name }: { name: string }) => name)).toStrictEqual(['fetch']);
  });

  test('breaks no rule, and a second apply changes nothing', () => {
    expect(lintOutput(full.output)).toStrictEqual([]);
    expect(full.objects.flatMap((object) => changedByServer(object))).toStrictEqual([]);
    expect(Object.keys(spec)).toStrictEqual(Object.keys(spec).sort());
  });

  test('leaves every other object as it was, but the account, the network policy, the quota and its limits', () => {
    const known = new Set(bare.objects.map((object) => JSON.stringify(object)));
    const others = full.objects.filter((object) => !known.has(JSON.stringify(object)));
    expect(others.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toStrictEqual([
      'NetworkPolicy/shop-catalog',
      'ResourceQuota/shop-quota',
      'LimitRange/shop-limits',
      'ServiceAccount/shop-catalog',
      'Deployment/shop-catalog',
    ]);
  });

  test('is counted in the quota for every pod of a rollout, and its largest container may be that large', () => {
    const hard = (objects: readonly KubernetesManifest[]) => find(objects, 'ResourceQuota', 'shop-quota').spec.hard;
    expect([hard(bare.objects)['limits.cpu'], hard(full.objects)['limits.cpu']]).toStrictEqual(['500m', '2']);
    expect(find(full.objects, 'LimitRange', 'shop-limits').spec.limits[0].max.cpu).toBe('300m');
  });
});

test('a sidecar of the log collectors is counted in the quota of node-critical pods too', () => {
  const target = { kind: 'DaemonSet', name: 'fluent-bit', namespace: 'veza-staging-logs' };
  const quotas = (extensions: Environment<typeof veza>['extensions']) => {
    const output = buildEnvironment(veza, { ...staging, extensions });
    const objects = output.files['staging-logs'] ?? [];
    const found = objects.filter(({ kind }) => kind === 'ResourceQuota') as {
      spec?: { hard: Record<string, string> };
    }[];
    return found.map(({ spec }) => parseQuantity(spec?.hard['limits.cpu'] ?? ''));
  };
  const [before, after] = [quotas([]), quotas([{ target, pod: { sidecars: [helper] } }])];
  const { logs } = staging;
  const added = logs.kind === 'none' ? 0 : 0.3 * logs.collector.maximumNodes;
  expect(before).toHaveLength(2);
  expect(after.map((amount, index) => amount - (before[index] ?? 0))).toStrictEqual([
    expect.closeTo(added),
    expect.closeTo(added),
  ]);
});

test('its connections are in the policy and the graph, and one that the contract has is not there twice', () => {
  const egress = (objects: readonly KubernetesManifest[]) =>
    find(objects, 'NetworkPolicy', 'shop-catalog').spec.egress as { ports: { port: number }[]; to: object[] }[];
  const ports = egress(full.objects).map((rule) => rule.ports.map(({ port }) => port));
  expect(ports).toStrictEqual([...egress(bare.objects).map((rule) => rule.ports.map(({ port }) => port)), [587], [80]]);
  expect(egress(full.objects).at(-1)?.to).toStrictEqual([{ ipBlock: { cidr: '169.254.169.254/32' } }]);
  const again = build([{ target: service, pod: { calls: ['database'] } }]);
  expect(egress(again.objects)).toStrictEqual(egress(bare.objects));
});

test('from Kubernetes 1.29 on a sidecar is an init container that goes on running, also of a Job', () => {
  const kubernetes = { ...base.kubernetes, minimum: '1.29' };
  const deployment = {
    ...base.deployment,
    migration: { kind: 'job', service: 'catalog', command: ['./migrate'], timeoutSeconds: 60 },
  } as const;
  const pod = { sidecars: [helper], initContainers: [{ ...helper, name: 'first' }] };
  const job = { kind: 'CronJob', name: 'shop-migration' };
  const { objects, output } = build(
    [
      { target: service, pod },
      { target: job, pod },
    ],
    { kubernetes, deployment },
  );
  const specs = [
    find(objects, 'Deployment', 'shop-catalog').spec.template.spec,
    find(objects, 'CronJob', 'shop-migration').spec.jobTemplate.spec.template.spec,
  ];
  for (const { containers, initContainers } of specs) {
    expect(containers).toHaveLength(1);
    expect(initContainers).toMatchObject([{ name: 'first' }, { name: 'helper', restartPolicy: 'Always' }]);
    expect(initContainers[0].restartPolicy).toBeUndefined();
  }
  expect(lintOutput(output)).toStrictEqual([]);
  expect(refusal([{ target: job, pod }], { deployment })).toStrictEqual([
    'test.extensions.0.pod.sidecars: before Kubernetes 1.29 a Job with a sidecar never ends; raise kubernetes.minimum',
  ]);
});

test('admission policies permit what is added', () => {
  const admission = { kind: 'deny', operatorNamespaces: ['cert-manager'], earlier: [] } as const;
  const kubernetes = { ...base.kubernetes, minimum: '1.30', admission };
  const pod: PodExtension<'catalog'> = { sidecars: [helper], serviceAccount: { labels: {}, annotations: {} } };
  const policies = (extensions: Shop['extensions']) =>
    JSON.stringify(build(extensions, { kubernetes }).output.policyFiles['test.admission'] ?? []);
  const permitted = 'shop-catalog shop-catalog registry.test/helper';
  expect(policies([{ target: service, pod }])).toContain(permitted);
  expect(policies([])).not.toContain(permitted);
  expect(policies([])).toContain('shop-catalog shop-service-account registry.test/shop/catalog');
});

test('what an object has already is not replaced: everything of that kind is named at once', () => {
  const pod: PodExtension = {
    labels: { app: 'other' },
    annotations: { 'checksum/config': 'none' },
    nodeSelector: { 'kubernetes.io/os': 'windows' },
    env: [{ name: 'PORT', value: '1' }],
    volumes: [{ name: 'tmp', emptyDir: {} }],
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    sidecars: [{ ...helper, name: 'catalog' }],
    initContainers: [helper, helper],
    topologySpreadConstraints: [
      { maxSkew: 2, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
    ],
  };
  const problems = refusal([{ target: service, labels: { app: 'other' }, pod }]);
  expect(
    problems.map((line) => line.replace(/^test\.extensions\.0\.(.*) has (.*) already; .*$/, '$1 $2')),
  ).toStrictEqual([
    'labels: Deployment/shop-catalog app: shop-catalog',
    'pod.labels: Deployment/shop-catalog app: shop-catalog',
    expect.stringMatching(/^pod\.annotations: Deployment\/shop-catalog checksum\/config: [0-9a-f]+$/),
    'pod.nodeSelector: Deployment/shop-catalog kubernetes.io/os: linux',
    expect.stringMatching(/^pod\.topologySpreadConstraints: .*topology.kubernetes.io\/zone/),
    'pod.env: Deployment/shop-catalog PORT',
    'pod.volumeMounts: Deployment/shop-catalog /tmp',
    'pod.sidecars: Deployment/shop-catalog catalog',
    'pod.initContainers: Deployment/shop-catalog helper',
    'pod.volumes: Deployment/shop-catalog tmp',
  ]);
});

test('terms of an affinity are added up, but the one selector that nodes must match is stated once', () => {
  const rule = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] };
  const pod = { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: rule } } };
  expect(
    refusal([
      { target: service, pod },
      { target: service, pod },
    ]),
  ).toStrictEqual([
    expect.stringMatching(
      /^test\.extensions\.1\.pod\.affinity\.nodeAffinity\.requiredDuringSchedulingIgnoredDuringExecution: /,
    ),
  ]);
});

describe('an unknown target', () => {
  const target = (kind: string, name: string, namespace?: string) => [{ target: { kind, name, namespace } }];

  test('is answered with the nearest', () => {
    expect(
      refusal([...target('Deployment', 'shop-catalogue'), ...target('ServiceAcount', 'shop-service-account')]),
    ).toStrictEqual([
      'test.extensions.0.target: there is no Deployment/shop-catalogue in shop-test; did you mean Deployment/shop-catalog in shop-test?',
      'test.extensions.1.target: there is no ServiceAcount/shop-service-account in shop-test; did you mean ServiceAccount/shop-service-account in shop-test?',
    ]);
  });

  test('that is in another namespace is answered with that', () => {
    const { monitoring } = shopTest;
    expect(refusal(target('StatefulSet', 'grafana'), { monitoring })).toStrictEqual([
      'test.extensions.0.target: StatefulSet/grafana is not in shop-test but in shop-test-monitoring; state the namespace',
    ]);
    expect(refusal(target('StatefulSet', 'grafana', 'shop-test-monitoring'), { monitoring })).toStrictEqual([]);
  });

  test('that resembles no other is answered with where all are listed', () => {
    expect(refusal(target('Gadget', 'x'))).toStrictEqual([
      'test.extensions.0.target: there is no Gadget/x in shop-test; use the kind and name of an object in the files of the environment',
    ]);
  });

  test('is no cluster-scoped object, which every namespace has', () => {
    const { objects } = build([{ target: { kind: 'Namespace', name: 'shop-test' }, labels: { team: 'a' } }]);
    expect(find(objects, 'Namespace', 'shop-test').metadata.labels.team).toBe('a');
  });

  test('is no object without pods, but it has none to add to', () => {
    expect(refusal([{ target: { kind: 'Service', name: 'shop-catalog-service' }, pod: { env: [] } }])).toStrictEqual([
      'test.extensions.0.pod: Service/shop-catalog-service has no pod template of Kubernetes; use a patch',
    ]);
  });
});

test('a pod that states pull secrets keeps those of its account, and each is expected where it is used', () => {
  const change = { imagePullSecrets: ['own'] };
  const extensions: Shop['extensions'] = [{ target: service, pod: { imagePullSecrets: ['partner'] } }];
  const { objects, output } = build(extensions, change);
  const { imagePullSecrets } = find(objects, 'Deployment', 'shop-catalog').spec.template.spec;
  expect(imagePullSecrets).toStrictEqual([{ name: 'own' }, { name: 'partner' }]);
  expect(lintOutput(output)).toStrictEqual([]);
  const secrets = listEnvironmentSecrets(shop, { ...base, ...change, extensions });
  expect(secrets.filter(({ where }) => where.includes('PullSecrets')).map(({ name }) => name)).toStrictEqual([
    'own',
    'partner',
  ]);
});

describe('an account of its own', () => {
  const account = { labels: {}, annotations: {} };
  const extensions: Shop['extensions'] = [{ target: service, pod: { serviceAccount: account } }];
  const caller = definePlatform({
    ...shop,
    services: [{ ...catalog, calls: ['database', 'kubernetes-api'] }],
  }) as unknown as typeof shop;

  test('is made in front of the workload, pulls the same images and outlives the release', () => {
    const { objects } = build(extensions, { imagePullSecrets: ['own'] });
    const index = objects.findIndex(
      ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === 'shop-catalog',
    );
    expect(objects[index + 1]).toMatchObject({ kind: 'Deployment', metadata: { name: 'shop-catalog' } });
    expect(objects[index]).toMatchObject({ automountServiceAccountToken: false, imagePullSecrets: [{ name: 'own' }] });
    expect(Object.keys(objects[index]?.metadata.labels ?? {})).not.toContain('version');
    expect(find(build(extensions).objects, 'ServiceAccount', 'shop-catalog').metadata).not.toHaveProperty(
      'annotations',
    );
  });

  test('may ask the API what the shared one may, if the pods have a token', () => {
    const { objects, output } = build(extensions, {}, caller);
    const subjects = find(objects, 'RoleBinding', 'shop-app-binding').subjects;
    expect(subjects.map(({ name }: { name: string }) => name)).toStrictEqual(['shop-service-account', 'shop-catalog']);
    expect(lintOutput(output)).toStrictEqual([]);
  });

  test('is refused for a workload that has one', () => {
    const cache = { ...base.cache, kind: 'managed' } as const;
    const target = { kind: 'StatefulSet', name: 'grafana', namespace: 'shop-test-monitoring' };
    const change = { cache, monitoring: shopTest.monitoring } as Partial<Shop>;
    expect(refusal([{ target, pod: { serviceAccount: account } }], change)).toStrictEqual([
      'test.extensions.0.pod.serviceAccount: grafana has an account of its own already; target that',
    ]);
  });
});

describe('what is added is checked by the same rules:', () => {
  const findings = (extension: Omit<Extension<'catalog'>, 'target'>) =>
    lintOutput(build([{ target: service, ...extension }]).output).join('\n');

  test.each<[string, Omit<Extension<'catalog'>, 'target'>, RegExp]>([
    ['a field that Kubernetes does not have', { pod: { tolerations: [{ efect: 'NoSchedule' } as never] } }, /efect/],
    [
      'a key that no ConfigMap has',
      { pod: { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'shop-config', key: 'NONE' } } }] } },
      /NONE/,
    ],
    ['a volume that does not exist', { pod: { volumeMounts: [{ name: 'none', mountPath: '/none' }] } }, /none/],
    [
      'a patch that takes the limits away',
      { patch: [{ op: 'remove', path: '/spec/template/spec/containers/0/resources/limits' }] },
      /limits/,
    ],
    ['a patch that raises the scale', { patch: [{ op: 'replace', path: '/spec/replicas', value: 50 }] }, /quota/],
  ])('%s', (_, extension, finding) => {
    expect(findings({})).toBe('');
    expect(findings(extension)).toMatch(finding);
  });
});

describe('a patch', () => {
  test('comes after everything else, in order', () => {
    const { objects } = build([
      {
        target: service,
        pod: { env: [{ name: 'TZ', value: 'UTC' }] },
        patch: [
          { op: 'replace', path: '/spec/template/spec/containers/0/env/4/value', value: 'Europe/Paris' },
          { op: 'test', path: '/spec/template/spec/containers/0/env/4', value: { name: 'TZ', value: 'Europe/Paris' } },
        ],
      },
    ]);
    expect(JSON.stringify(find(objects, 'Deployment', 'shop-catalog'))).toContain('Europe/Paris');
  });

  test('that does not fit is named by its number and its path', () => {
    const operations = [
      { op: 'test', path: '/spec/replicas', value: 2 },
      { op: 'remove', path: '/spec/paused' },
    ] as const;
    expect(refusal([{ target: service, patch: operations }])).toStrictEqual([
      expect.stringMatching(
        /^test\.extensions\.0\.patch\.1: \/spec\/paused does not exist; there is minReadySeconds, /,
      ),
    ]);
  });

  test.each(['kind', 'metadata/name', 'metadata/namespace'])('cannot change the %s of an object', (path) => {
    const patch = [{ op: 'replace', path: `/${path}`, value: 'other' }] as const;
    expect(refusal([{ target: service, patch }])).toStrictEqual([
      'test.extensions.0.patch: changes the identity of the object; leave kind, name and namespace as they are',
    ]);
  });
});

describe('validation', () => {
  const problems = (extension: unknown) =>
    validateEnvironment(shop, { ...base, extensions: [extension] } as Environment);

  test.each<[string, unknown, string]>([
    ['a service', { target: { service: 'catalogue' } }, 'target.service: "catalogue": use one of catalog'],
    ['a target', { target: { kind: 'Deployment' } }, 'target.name: is missing; state it'],
    ['a field', { target: service, pods: {} }, 'pods: is not a field here; remove it'],
    ['a field of a pod', { target: service, pod: { nodes: {} } }, 'pod.nodes: is not a field here; remove it'],
    ['a label', { target: service, labels: { a: true } }, 'labels.a: true: use a text, such as "true"'],
    ['the name of a label', { target: service, labels: { 'a b': 'c' } }, 'labels.a b: use the name of a label'],
    [
      'the value of a label',
      { target: service, pod: { labels: { a: 'b c' } } },
      'pod.labels.a: "b c": use the value of a label, at most 63 characters',
    ],
    [
      'an image',
      { target: service, pod: { sidecars: [{ ...helper, image: 'registry.test/helper:latest' }] } },
      'pod.sidecars.0.image: "registry.test/helper:latest": use a fully qualified image with a tag other than latest',
    ],
    [
      'root',
      { target: service, pod: { initContainers: [{ ...helper, uid: 0 }] } },
      'pod.initContainers.0.uid: 0: use a whole number of 1 or more: 0 is root',
    ],
    [
      'a probe of an init container',
      { target: service, pod: { initContainers: [{ ...helper, readinessProbe: {} }] } },
      'pod.initContainers.0.readinessProbe: is not a field here; remove it',
    ],
    [
      'a size',
      { target: service, pod: { volumes: [{ name: 'a', emptyDir: { sizeLimit: 'big' } }] } },
      'pod.volumes.0.emptyDir.sizeLimit: "big": use a Kubernetes quantity above zero, such as 250m or 512Mi',
    ],
    [
      'a pointer',
      { target: service, patch: [{ op: 'remove', path: 'spec' }] },
      'patch.0.path: "spec": begin with a slash, such as /spec/replicas; a slash in a name is ~1, and a tilde is ~0',
    ],
    ['a value', { target: service, patch: [{ op: 'add', path: '/a' }] }, 'patch.0.value: is missing; state it'],
  ])('refuses %s that is none', (_, extension, problem) => {
    expect(problems(extension)).toStrictEqual([`test.extensions.0.${problem}`]);
  });

  test('names the peers that a pod can call', () => {
    expect(problems({ target: service, pod: { calls: ['queue'] } })[0]).toMatch(
      /^test\.extensions\.0\.pod\.calls\.0: "queue": use one of catalog, .*database.*, or \{ name, cidrs, ports \}$/,
    );
  });

  test('lets pods of the monitoring call addresses and the internet, but no service', () => {
    const target = { kind: 'StatefulSet', name: 'grafana', namespace: 'shop-test-monitoring' };
    const monitored = (calls: PodExtension['calls']) =>
      ({ ...shopTest, extensions: [{ target, pod: { calls } }] }) as Shop;
    expect(validateEnvironment(shop, monitored(['catalog']))).toStrictEqual([
      'test.extensions.0.pod.calls: "catalog": cannot be called from shop-test-monitoring; use https, kubernetes-api or { name, cidrs, ports }',
    ]);
    const output = buildEnvironment(
      shop,
      monitored(['https', { name: 'vault', cidrs: ['10.9.0.1/32'], ports: [8200] }]),
    );
    expect(lintOutput(output)).toStrictEqual([]);
    expect(JSON.stringify(output.files['test-monitoring'])).toContain('10.9.0.1/32');
  });
});

test('a preview has none of what is added to its base, unless it is handed over', () => {
  const extensions: Shop['extensions'] = [{ target: service, labels: { team: 'a' } }];
  const options = { domain: 'preview.test', expires: '2026-12-31', apartFrom: [] };
  expect(preview({ ...base, extensions }, 'pr-1', options).extensions).toStrictEqual([]);
  expect(preview(base, 'pr-1', { ...options, extensions }).extensions).toBe(extensions);
});

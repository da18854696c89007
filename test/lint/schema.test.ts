import { lintManifests } from '../../lib/lint/lint-manifests';
import { formatFinding } from '../../lib/lint/rule';
import { findKindType, findVersionsServing, knownVersions } from '../../lib/lint/schema/kubernetes-types';
import { findIntendedName } from '../../lib/platform/nearest-name';
import { supportedMinors } from '../../lib/platform/settings/kubernetes';
import { findingsAfter, put } from './changes';
import { type Definition, type Definitions, kubernetesFields } from './schema/kubernetes-fields';

/** What the schema rule finds in an object, without the object's name. */
function findings(object: unknown, kubernetes?: number): string[] {
  return lintManifests([object], { policy: false, kubernetes })
    .filter(({ rule }) => rule === 'schema')
    .map((finding) => `${formatFinding(finding).replace(/^[^:]*: /, '')}; ${finding.remedy}`);
}

function pod(spec: object, container: object = {}): unknown {
  const containers = [{ name: 'web', image: 'example.org/web:1', ...container }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers, ...spec } };
}

describe('schema: strings', () => {
  test.each([
    [
      '/spec/template/spec/containers/0/env/0/value',
      8080,
      'spec.template.spec.containers[0].env[PORT].value',
      'number',
    ],
    ['/spec/template/metadata/labels/version', 2, 'spec.template.metadata.labels.version', 'number'],
    ['/spec/template/spec/nodeSelector', { gpu: true }, 'spec.template.spec.nodeSelector.gpu', 'boolean'],
    ['/spec/template/spec/containers/0/args', ['run', 999], 'spec.template.spec.containers[0].args[1]', 'number'],
    ['/spec/template/spec/containers/0/command', [true], 'spec.template.spec.containers[0].command[0]', 'boolean'],
  ])('%s = %j', (pointer, value, path, type) => {
    expect(findingsAfter([put('shop Deployment/web', pointer, value)])).toContain(
      `schema | shop Deployment/web: ${path}: the value must be a string, but is a ${type}`,
    );
  });

  test('a boolean as an annotation, of a custom kind too', () => {
    const metadata = { name: 'web', annotations: { 'example.org/on': true }, title: 7 };
    expect(findings({ apiVersion: 'example.org/v1', kind: 'Thing', metadata })).toEqual([
      'metadata.annotations[example.org/on]: the value must be a string, but is a boolean; quote the value',
    ]);
  });

  test('a number in a ConfigMap', () => {
    expect(findingsAfter([put('shop ConfigMap/web', '/data/HTTP_PORT', 8080)])).toEqual([
      'schema | shop ConfigMap/web: data.HTTP_PORT: the value must be a string, but is a number',
    ]);
  });

  test('an exception under the former name still applies', () => {
    const annotations = { 'integrity.veza.app/except-string-values': 'the API server of the test takes it' };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', annotations }, data: { A: 1 } };
    expect(lintManifests([object], { policy: true }).filter(({ rule }) => rule === 'schema')).toEqual([]);
  });
});

describe('schema: fields and types', () => {
  test.each([
    [
      'a name that is misspelt',
      pod({}, { imagePullpolicy: 'Always' }),
      'spec.containers[0].imagePullpolicy: Container has no field "imagePullpolicy" (there is imagePullPolicy); correct it to imagePullPolicy',
    ],
    [
      'a field of the pod in a container',
      pod({}, { nodeSelector: {} }),
      'spec.containers[0].nodeSelector: Container has no field "nodeSelector" (there is spec.nodeSelector); state it as spec.nodeSelector',
    ],
    [
      'a field of a container in the pod',
      pod({ livenessProbe: {} }),
      'spec.livenessProbe: PodSpec has no field "livenessProbe" (there is spec.containers[].livenessProbe); state it as spec.containers[].livenessProbe',
    ],
    ['a field that is like no other', pod({ wurst: 1 }), 'spec.wurst: PodSpec has no field "wurst"; remove it'],
    [
      'a port in quotes',
      pod({}, { ports: [{ containerPort: '80' }] }),
      'spec.containers[0].ports[0].containerPort: the value must be an integer, but is a string; remove the quotes',
    ],
    [
      'a fraction where an integer belongs',
      pod({ terminationGracePeriodSeconds: 1.5 }),
      'spec.terminationGracePeriodSeconds: the value must be an integer, but is a fraction; state an integer',
    ],
    [
      'a boolean in quotes',
      pod({ hostNetwork: 'true' }),
      'spec.hostNetwork: the value must be a boolean, but is a string; remove the quotes',
    ],
    [
      'a mapping where a list belongs',
      pod({}, { env: { A: 'b' } }),
      'spec.containers[0].env: the value must be a list, but is a mapping; write it as a list',
    ],
    [
      'a quantity with the unit of another world',
      pod({}, { resources: { limits: { memory: '512MB' } } }),
      'spec.containers[0].resources.limits.memory: the value must be a quantity such as 250m or 512Mi, but is "512MB"; state a quantity such as 250m or 512Mi',
    ],
    [
      'a required field that is missing',
      pod({}, { volumeMounts: [{ name: 'data' }] }),
      'spec.containers[0].volumeMounts[0].mountPath: the field is required; state mountPath',
    ],
    [
      'data of a Secret that is no base64',
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { password: 'hunter2!' } },
      'data.password: the value must be a string in base64, but is none; encode it, or state it in stringData if it is a Secret',
    ],
  ])('%s', (_, object, finding) => {
    expect(findings(object)).toEqual([finding]);
  });

  test('what Kubernetes accepts', () => {
    const resources = { requests: { cpu: 1, memory: '1.5Gi' }, limits: { cpu: '1e3', memory: 1024 } };
    const ports = [{ containerPort: 80, name: null }];
    const accepted = [
      pod({ volumes: null, overhead: {} }, { resources, ports, env: [{ name: 'A' }, { name: 'B', value: '' }] }),
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: '', b: 'YQ==', c: 'YWJj\nYWJj\n' } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's' },
        spec: { ports: [{ port: 80, targetPort: 'http' }] },
      },
      { apiVersion: 'example.org/v1', kind: 'Pod', metadata: { name: 's', title: 1 }, spec: { wurst: 1 } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', creationTimestamp: null }, status: { any: 1 } },
    ];
    expect(accepted.flatMap((object) => findings(object))).toEqual([]);
  });
});

describe('schema: custom kinds that the set defines', () => {
  const properties = {
    spec: {
      type: 'object',
      required: ['size', 'mode', 'level'],
      properties: {
        size: { type: 'integer' },
        mode: { type: 'string', enum: ['Fast', 'Slow'] },
        level: { type: 'integer', default: 1 },
        port: { 'x-kubernetes-int-or-string': true },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        peers: { type: 'array', items: { type: 'object', properties: { host: { type: 'string' } } } },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'string' } } },
        template: { type: 'object', 'x-kubernetes-embedded-resource': true },
      },
    },
  };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Thing', plural: 'things' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties } } },
      ],
    },
  };
  const found = (spec: object, kubernetes?: number) =>
    lintManifests([definition, { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'a' }, spec }], {
      policy: false,
      kubernetes,
    }).map(({ path, message }) => `${path}: ${message}`);

  test('what fits', () => {
    const open = { a: 'b', c: 1 };
    const spec = {
      size: 1,
      mode: 'Fast',
      port: 'http',
      labels: { a: 'b' },
      peers: [{ host: 'a' }],
      open,
      template: open,
    };
    expect(found(spec)).toEqual([]);
    expect(found(spec, 30)).toEqual([]);
  });

  test.each([
    [{ mode: 'Fast' }, 'spec.size: the field is required'],
    [{ size: '1', mode: 'Fast' }, 'spec.size: the value must be an integer, but is a string'],
    [{ size: 1, mode: 'fast' }, 'spec.mode: "fast" is not one of Fast, Slow'],
    [{ size: 1, mode: 'Fast', labels: { a: 1 } }, 'spec.labels.a: the value must be a string, but is a number'],
    [
      { size: 1, mode: 'Fast', peers: [{ hots: 'a' }] },
      'spec.peers[0].hots: the definition has no field "hots" (there is host)',
    ],
  ])('%j: %s', (spec, finding) => {
    expect(found(spec)).toEqual([finding]);
  });
});

describe('schema: patches', () => {
  const patch = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2 } };
  const probe = { livenessProbe: { periodSeconds: 5 }, $setElementOrder: [] };
  const labels = { app: 'web' };
  const base = {
    ...patch,
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'example.org/web:1' }] } },
    },
  };
  const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', commonLabels: labels };
  const rulesFor = (...objects: unknown[]) => [
    ...new Set(lintManifests(objects, { policy: false }).map(({ rule }) => rule)),
  ];

  test('what misses required fields is refused', () => {
    expect(rulesFor(patch)).toEqual(['schema']);
    expect(rulesFor(patch, { ...base, metadata: { name: 'other' } })).toEqual(['schema']);
  });

  test('but not as a patch of another object', () => {
    const ofProbe = { ...patch, spec: { template: { spec: { containers: [{ name: 'web', ...probe }] } } } };
    expect(rulesFor(patch, base)).toEqual([]);
    expect(rulesFor(ofProbe, base)).toEqual([]);
    expect(rulesFor(ofProbe, kustomization)).toEqual([]);
  });

  test('what misses nothing is no patch', () => {
    const refused = { ...base, spec: { ...base.spec, replicas: -1 } };
    expect(rulesFor(refused, { ...base, metadata: { name: 'web' } })).toEqual(['workload-values']);
  });
});

describe('schema: versions of Kubernetes', () => {
  const newer = pod({ hostnameOverride: 'web' });

  test('a field of any known version exists if none is stated', () => {
    expect(findings(newer)).toEqual([]);
  });

  test('a field that is newer or older than the stated version', () => {
    expect(findings(newer, 30)).toEqual([
      'spec.hostnameOverride: the field exists since Kubernetes 1.34, and 1.30 is checked; remove it, or check for a version that has it',
    ]);
    expect(findings(newer, 34)).toEqual([]);
    expect(findings(pod({ workloadRef: { name: 'w', podGroup: 'p' } }), 36)).toEqual([
      'spec.workloadRef: the field exists until Kubernetes 1.35, and 1.36 is checked; remove it, or check for a version that has it',
    ]);
  });

  test('the table knows kinds and their versions', () => {
    expect(knownVersions).toEqual(supportedMinors);
    expect(findKindType('apps/v1', 'Deployment')).toMatchObject({ is: 'object', id: 'apps.v1.Deployment' });
    expect(findKindType('apps/v1beta1', 'Deployment')).toBeUndefined();
    expect(findVersionsServing('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema')).toEqual({ since: 27, until: 31 });
  });
});

test('the nearest field is that of the same letters, or of two letters more or less', () => {
  const fields = ['containerPort', 'hostPort', 'name', 'protocol'];
  expect(findIntendedName('containerport', fields)).toBe('containerPort');
  expect(findIntendedName('host_port', fields)).toBe('hostPort');
  expect(findIntendedName('protocl', fields)).toBe('protocol');
  expect(findIntendedName('prtoocol', fields)).toBe('protocol');
  expect(findIntendedName('names', fields)).toBe('name');
  expect(findIntendedName('type', fields)).toBeUndefined();
});

test('the table of fields is made from OpenAPI definitions', () => {
  const ref = (name: string) => ({ $ref: `#/definitions/io.k8s.${name}` });
  const gvk = [{ group: 'apps', version: 'v1', kind: 'Thing' }];
  const thing = (properties: Record<string, Definition>, required: string[] = []): Definitions => ({
    'io.k8s.api.apps.v1.Thing': { properties, required, 'x-kubernetes-group-version-kind': gvk },
    'io.k8s.api.apps.v1.ThingSpec': { properties: { port: ref('apimachinery.pkg.util.intstr.IntOrString') } },
    'io.k8s.api.apps.v1.Unused': { properties: { a: { type: 'string' } } },
  });
  const spec = ref('api.apps.v1.ThingSpec');
  const list = { type: 'array', items: { type: 'string' } };
  const versions = new Map([
    [27, thing({ spec, old: { type: 'integer' }, status: spec })],
    [28, thing({ spec, list, map: { type: 'object', additionalProperties: { type: 'boolean' } } }, ['spec', 'list'])],
    [29, thing({ spec, list: { type: 'string' } }, ['spec', 'list'])],
  ]);
  expect(kubernetesFields(versions)).toEqual({
    versions: [27, 29],
    kinds: { 'apps/v1 Thing': 'apps.v1.Thing' },
    types: {
      'apps.v1.Thing': 'list!:[]s@28-28|s@29 map:{}b@28-28 old:i@27-27 spec:apps.v1.ThingSpec status:x@27-27',
      'apps.v1.ThingSpec': 'port:p',
    },
  });
});

test('a field whose type has another name since 1.29 is the same field in the versions before', () => {
  const claim = (resources: object) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources },
  });
  for (const version of [27, 28, 29, 36])
    expect(findings(claim({ requests: { storage: '1Gi' } }), version)).toEqual([]);
  expect(findings(claim({ request: { storage: '1Gi' } }), 27)).toEqual([
    'spec.resources.request: ResourceRequirements has no field "request" (there is requests); correct it to requests',
  ]);
});

import { lintManifests } from '../../lib/lint/lint-manifests';
import table from '../../lib/lint/schema/kubernetes-fields.json';
import { kinds } from '../../lib/manifests/kinds';
import { Manifest } from '../../lib/manifests/manifest';
import { add, findingsAfter, put } from './changes';

describe('unique-objects', () => {
  test('two objects of one identity', () => {
    expect(
      findingsAfter([add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', namespace: 'shop' } })]),
    ).toEqual([
      'unique-objects | shop ServiceAccount/web: metadata.name: there is another ServiceAccount "web" in the set',
    ]);
  });

  test('a Namespace that two files contain, one with labels', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'vault', labels: { team: 'a' } } };
    expect(findingsAfter([add(namespace)])).toEqual([]);
  });
});

describe('api-versions', () => {
  test('a kind in the wrong group', () => {
    expect(findingsAfter([put('shop Endpoints/mainframe', '/apiVersion', 'discovery.k8s.io/v1')])).toEqual([
      'api-versions | shop Endpoints/mainframe: apiVersion: discovery.k8s.io/v1 has no kind Endpoints',
    ]);
  });

  test('a version that is no longer served', () => {
    expect(findingsAfter([put('shop HorizontalPodAutoscaler/web', '/apiVersion', 'autoscaling/v2beta2')])).toEqual([
      'api-versions | shop HorizontalPodAutoscaler/web: apiVersion: Kubernetes 1.26 removed HorizontalPodAutoscaler of autoscaling/v2beta2',
    ]);
  });

  test('a group that is no more', () => {
    expect(findingsAfter([put('shop NetworkPolicy/acme-solver', '/apiVersion', 'extensions/v1beta1')])).toEqual([
      'api-versions | shop NetworkPolicy/acme-solver: apiVersion: Kubernetes 1.16 removed NetworkPolicy of extensions/v1beta1',
    ]);
  });

  test.each([
    ['policy/v1beta1 PodSecurityPolicy', undefined, 'Kubernetes 1.25 removed PodSecurityPolicy of policy/v1beta1'],
    ['extensions/v1beta1 Ingress', undefined, 'Kubernetes 1.22 removed Ingress of extensions/v1beta1'],
    ['batch/v1beta1 CronJob', 36, 'Kubernetes 1.25 removed CronJob of batch/v1beta1'],
    ['flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema', 31, undefined],
    ['flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema', undefined, undefined],
    [
      'flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema',
      32,
      'Kubernetes 1.32 removed FlowSchema of flowcontrol.apiserver.k8s.io/v1beta3',
    ],
    [
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
      29,
      'ValidatingAdmissionPolicy is served as admissionregistration.k8s.io/v1 since Kubernetes 1.30, and 1.29 is checked',
    ],
    [
      'resource.k8s.io/v1alpha2 ResourceClaim',
      31,
      'ResourceClaim is served as resource.k8s.io/v1alpha2 until Kubernetes 1.30, and 1.31 is checked',
    ],
    ['apps/v2 Deployment', undefined, 'Deployment is not served as apps/v2'],
    ['v1 Deployment', undefined, 'v1 has no kind Deployment'],
    ['apps/v1 Deploymnet', undefined, 'apps/v1 has no kind Deploymnet'],
    ['v1 Config', undefined, undefined],
    ['apps.openshift.io/v1 DeploymentConfig', undefined, undefined],
    ['cert-manager.io/v1 Certificate', undefined, undefined],
  ])('%s on 1.%s: %s', (stated, kubernetes, message) => {
    const [apiVersion, kind] = stated.split(' ');
    const findings = lintManifests([{ apiVersion, kind, metadata: { name: 'a' } }], { policy: false, kubernetes });
    const found = findings.flatMap((finding) => (finding.rule === 'api-versions' ? [finding.message] : []));
    expect(found).toEqual(message === undefined ? [] : [message]);
  });

  test('every kind of the schemas is known', () => {
    const { kinds: served } = table;
    const types = Object.keys(served).map(
      (id) => new Manifest({ apiVersion: id.split(' ')[0], kind: id.split(' ')[1] }),
    );
    expect(types.filter(({ type }) => !kinds.has(type))).toEqual([]);
  });

  test('no apiVersion', () => {
    expect(findingsAfter([put('shop Endpoints/mainframe', '/apiVersion', undefined)])).toEqual([
      'api-versions | shop Endpoints/mainframe: apiVersion: an object states both apiVersion and kind (got none and Endpoints)',
    ]);
  });
});

describe('cluster-scope', () => {
  test('a namespace on a cluster-scoped object', () => {
    expect(
      findingsAfter([
        add({
          apiVersion: 'scheduling.k8s.io/v1',
          kind: 'PriorityClass',
          metadata: { name: 'idle', namespace: 'shop' },
        }),
      ]),
    ).toEqual([
      'cluster-scope | PriorityClass/idle: metadata.namespace: a PriorityClass is cluster-scoped and cannot be in namespace "shop"',
    ]);
  });
});

describe('explicit-namespaces', () => {
  test('a namespaced object without a namespace', () => {
    expect(findingsAfter([put('shop PersistentVolumeClaim/reports', '/metadata/namespace', undefined)])).toEqual([
      'explicit-namespaces | PersistentVolumeClaim/reports: metadata.namespace: a PersistentVolumeClaim is namespaced, but states no namespace',
    ]);
  });
});

describe('names', () => {
  test('upper case', () => {
    expect(findingsAfter([put('shop PodDisruptionBudget/web', '/metadata/name', 'Web')])).toEqual([
      'names | shop PodDisruptionBudget/Web: metadata.name: "Web" is not a valid name of a PodDisruptionBudget',
    ]);
  });

  test('a dot in the name of a Service', () => {
    expect(findingsAfter([put('shop Service/mainframe', '/metadata/name', 'main.frame')])).toEqual([
      'names | shop Service/main.frame: metadata.name: "main.frame" is not a valid name of a Service',
    ]);
  });

  test.each([
    ['batch/v1', 'CronJob', 'c'.repeat(52), true],
    ['batch/v1', 'CronJob', 'c'.repeat(53), false],
    ['apps/v1', 'StatefulSet', 's'.repeat(53), false],
    ['apps/v1', 'Deployment', 'd'.repeat(64), true],
    ['batch/v1', 'Job', 'j'.repeat(63), true],
    ['batch/v1', 'Job', 'j'.repeat(64), false],
    ['v1', 'Service', 's'.repeat(63), true],
    ['v1', 'Service', '1st', false],
    ['v1', 'ConfigMap', '1st.web', true],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:Reader', true],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'a/b', false],
  ])('%s %s %s: %s', (apiVersion, kind, name, isValid) => {
    const findings = lintManifests([{ apiVersion, kind, metadata: { name } }], { policy: false });
    expect(findings.some(({ rule }) => rule === 'names')).toBe(!isValid);
  });

  test('no name', () => {
    expect(findingsAfter([put('shop LimitRange/defaults', '/metadata/name', undefined)])).toEqual([
      'names | shop LimitRange/: metadata.name: the object has no name',
    ]);
  });
});

describe('labels', () => {
  test('a value with a space', () => {
    expect(findingsAfter([put('shop ServiceAccount/web', '/metadata/labels', { owner: 'team web' })])).toEqual([
      'labels | shop ServiceAccount/web: metadata.labels.owner: "team web" is not a valid value of a label',
    ]);
  });

  test('a value longer than 63 characters, on pods', () => {
    expect(
      findingsAfter([put('shop Deployment/web', '/spec/template/metadata/labels/version', 'v'.repeat(64))]),
    ).toEqual([
      'labels | shop Deployment/web: spec.template.metadata.labels.version: "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv" is not a valid value of a label',
    ]);
  });

  test('annotations: their keys, and how much they hold', () => {
    const found = (annotations: object) =>
      lintManifests([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', annotations } }], {
        policy: false,
      }).map(({ message }) => message);
    expect(found({ 'Example.org/A_b': 'any: text, {also} this', plain: 'x'.repeat(262_139) })).toEqual([
      'the annotations have 257 KiB, of at most 256',
    ]);
    expect(found({ 'example.org/a': 'x'.repeat(262_131) })).toEqual([]);
    expect(found({ 'a/b/c': '', 'a b': '' })).toEqual([
      '"a/b/c" is not a valid key of an annotation',
      '"a b" is not a valid key of an annotation',
    ]);
  });

  test('a key that ends in a dash', () => {
    expect(findingsAfter([put('shop ServiceAccount/web', '/metadata/labels', { 'owner-': 'web' })])).toEqual([
      'labels | shop ServiceAccount/web: metadata.labels.owner-: "owner-" is not a valid key of a label',
    ]);
  });
});

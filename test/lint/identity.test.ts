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
      'api-versions | shop HorizontalPodAutoscaler/web: apiVersion: HorizontalPodAutoscaler is not served as autoscaling/v2beta2',
    ]);
  });

  test('a group that is no more', () => {
    expect(findingsAfter([put('shop NetworkPolicy/acme-solver', '/apiVersion', 'extensions/v1beta1')])).toEqual([
      'api-versions | shop NetworkPolicy/acme-solver: apiVersion: extensions/v1beta1 has no kind NetworkPolicy',
    ]);
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

  test('a key that ends in a dash', () => {
    expect(findingsAfter([put('shop ServiceAccount/web', '/metadata/labels', { 'owner-': 'web' })])).toEqual([
      'labels | shop ServiceAccount/web: metadata.labels.owner-: "owner-" is not a valid key of a label',
    ]);
  });
});

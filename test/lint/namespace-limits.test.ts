import { lintManifests } from '../../lib/lint/lint-manifests';

const metadata = (name: string) => ({ name, namespace: 'shop' });

function findings(rule: string, ...objects: unknown[]): string[] {
  return lintManifests(objects, { policy: false })
    .filter((finding) => finding.rule === rule)
    .map(({ path, message }) => `${path}: ${message}`);
}

function claim(name: string, storage: string, storageClassName?: string): unknown {
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: metadata(name), spec };
}

const labels = { app: 'db' };

/** Three pods with a claim of 2Gi each. */
const database = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: metadata('db'),
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'db', image: 'example.org/db:1' }] } },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
      },
    ],
  },
};

const loadBalancer = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata('web'),
  spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
};

describe('object-quotas', () => {
  const quota = (hard: object) => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: metadata('q'),
    spec: { hard },
  });

  test.each([
    [{ persistentvolumeclaims: '2' }, 'spec.hard.persistentvolumeclaims: the quota is 2, but the namespace needs 4'],
    [
      { 'count/persistentvolumeclaims': 3 },
      'spec.hard[count/persistentvolumeclaims]: the quota is 3, but the namespace needs 4',
    ],
    [{ 'requests.storage': '6Gi' }, 'spec.hard[requests.storage]: the quota is 6Gi, but the namespace needs 7Gi'],
    [
      { 'fast.storageclass.storage.k8s.io/requests.storage': '512Mi' },
      'spec.hard[fast.storageclass.storage.k8s.io/requests.storage]: the quota is 512Mi, but the namespace needs 1Gi',
    ],
    [{ services: 0 }, 'spec.hard.services: the quota is 0, but the namespace needs 1'],
    [{ 'services.loadbalancers': '0' }, 'spec.hard[services.loadbalancers]: the quota is 0, but the namespace needs 1'],
  ])('too little: %j', (hard, finding) => {
    expect(findings('object-quotas', quota(hard), database, claim('a', '1Gi', 'fast'), loadBalancer)).toEqual([
      finding,
    ]);
  });

  test.each([
    { persistentvolumeclaims: '4', 'requests.storage': '7Gi' },
    { 'slow.storageclass.storage.k8s.io/persistentvolumeclaims': '0' },
    { services: 1, 'services.loadbalancers': 1, 'services.nodeports': 0, configmaps: 0, 'count/jobs.batch': 0 },
    { 'requests.ephemeral-storage': '1Gi', 'limits.cpu': '10', pods: '10' },
  ])('enough: %j', (hard) => {
    expect(findings('object-quotas', quota(hard), database, claim('a', '1Gi', 'fast'), loadBalancer)).toEqual([]);
  });

  test('a quota of another namespace', () => {
    const other = { ...quota({ persistentvolumeclaims: '0' }), metadata: { name: 'q', namespace: 'other' } };
    expect(findings('object-quotas', other, database)).toEqual([]);
  });
});

describe('limit-ranges', () => {
  const range = (limit: object) => ({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: metadata('l'),
    spec: { limits: [limit] },
  });
  const pod = (...resources: object[]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata('web'),
    spec: {
      containers: resources.map((each, index) => ({ name: `c${index}`, image: 'example.org/web:1', resources: each })),
    },
  });
  const memory = (amount: string) => ({ memory: amount });
  const container = (limit: object) => range({ type: 'Container', ...limit });

  test.each([
    [
      container({ max: memory('1Gi') }),
      pod({ limits: memory('2Gi') }),
      'resources.limits.memory: 2Gi is above 1Gi, the maximum of LimitRange l',
    ],
    [
      container({ min: memory('64Mi') }),
      pod({ requests: memory('32Mi') }),
      'resources.requests.memory: 32Mi is below 64Mi, the minimum of LimitRange l',
    ],
    [
      container({ default: memory('1Gi') }),
      pod({ requests: memory('2Gi') }),
      'resources.requests.memory: the request 2Gi is above 1Gi, the limit that LimitRange l gives',
    ],
    [
      range({ type: 'Pod', max: memory('1Gi') }),
      pod({ limits: memory('600Mi') }, { limits: memory('600Mi') }),
      'spec.containers: the limits of memory of all containers are above 1Gi, the maximum of LimitRange l',
    ],
    [
      range({ type: 'PersistentVolumeClaim', max: { storage: '5Gi' } }),
      claim('a', '6Gi'),
      'spec.resources.requests.storage: 6Gi is above 5Gi, the maximum of LimitRange l',
    ],
    [
      range({ type: 'PersistentVolumeClaim', min: { storage: '3Gi' } }),
      database,
      'spec.volumeClaimTemplates[0].spec.resources.requests.storage: 2Gi is below 3Gi, the minimum of LimitRange l',
    ],
  ])('%j refuses %j', (limits, object, finding) => {
    expect(findings('limit-ranges', limits, object)).toEqual([expect.stringContaining(finding)]);
  });

  test.each([
    [container({ max: memory('1Gi') }), pod({})],
    [container({ max: memory('1Gi') }), pod({ requests: memory('1Gi'), limits: memory('1024Mi') })],
    [container({ min: memory('64Mi'), default: memory('128Mi') }), pod({ limits: { cpu: 4 } })],
    [container({ default: memory('1Gi') }), pod({ requests: memory('2Gi'), limits: memory('2Gi') })],
    [range({ type: 'Pod', max: memory('1Gi') }), pod({ limits: memory('500Mi') }, {})],
    [range({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } }), database],
    [
      { ...container({ max: memory('1Gi') }), metadata: { name: 'l', namespace: 'other' } },
      pod({ limits: memory('2Gi') }),
    ],
  ])('%j lets %j pass', (limits, object) => {
    expect(findings('limit-ranges', limits, object)).toEqual([]);
  });
});

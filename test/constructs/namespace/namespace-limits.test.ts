import { makeSmallResources, type QuotaUsage } from '../../../lib/constructs/kubernetes/resources';
import { NamespaceLimits } from '../../../lib/constructs/namespace/namespace-limits';
import { idOf } from '../../support/manifests';
import { namespaceScope } from '../../support/shop';
import { synthesized } from '../../support/synth';

/** Two containers; one that runs before them takes more CPU than both and less memory than either. */
const service: QuotaUsage = {
  workload: 'service',
  pods: 5,
  containers: [
    {
      requests: { cpu: '100m', memory: '128Mi', ephemeralStorage: '64Mi' },
      limits: { cpu: '400m', memory: '256Mi', ephemeralStorage: '1Gi' },
    },
    makeSmallResources('50m', '64Mi', '32Mi'),
  ],
  initContainers: [makeSmallResources('500m', '16Mi', '32Mi')],
  claims: [],
};

const store: QuotaUsage = {
  workload: 'store',
  pods: 1,
  containers: [makeSmallResources('2', '4Gi', '512Mi')],
  initContainers: [],
  claims: ['10Gi', '512Mi'],
};

const objects = synthesized(
  (scope) => new NamespaceLimits(scope, 'limits', { namespaceScope, quotaUsages: [service, store] }),
);

test('the quota is what the workloads need together', () => {
  expect(objects.map(idOf)).toStrictEqual(['ResourceQuota/shop-quota', 'LimitRange/shop-limits']);
  expect(objects[0]?.spec?.hard).toStrictEqual({
    'requests.cpu': '4500m', // 5 x 500m + 2
    'requests.memory': '5056Mi', // 5 x 192 Mi + 4 Gi
    'requests.ephemeral-storage': '992Mi', // 5 x 96 Mi + 512 Mi
    'limits.cpu': '4500m', // 5 x 500m, since 400m + 50m is less, + 2
    'limits.memory': '5696Mi', // 5 x 320 Mi + 4 Gi
    'limits.ephemeral-storage': '5792Mi', // 5 x 1056 Mi + 512 Mi
    pods: '6',
    persistentvolumeclaims: '2',
    'requests.storage': '10752Mi', // 10 Gi + 512 Mi
  });
});

test('a container may use as much as the largest of the workloads, and gets little if it states nothing', () => {
  expect(objects[1]?.spec?.limits).toStrictEqual([
    {
      type: 'Container',
      max: { cpu: '2', memory: '4Gi', 'ephemeral-storage': '1Gi' },
      min: { cpu: '5m', memory: '8Mi', 'ephemeral-storage': '1Mi' },
      default: { cpu: '200m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
      defaultRequest: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
    },
  ]);
});

test('claims count for each pod', () => {
  const [quota] = synthesized((scope) => {
    new NamespaceLimits(scope, 'limits', { namespaceScope, quotaUsages: [{ ...store, pods: 3, claims: ['1Gi'] }] });
  });
  expect(quota?.spec?.hard).toMatchObject({ pods: '3', persistentvolumeclaims: '3', 'requests.storage': '3Gi' });
});

test('defaults fit where no workload is as large', () => {
  const [, limitRange] = synthesized((scope) => {
    const quotaUsages = [{ ...service, containers: [makeSmallResources('10m', '16Mi', '4Mi')], initContainers: [] }];
    new NamespaceLimits(scope, 'limits', { namespaceScope, quotaUsages });
  });
  expect(limitRange?.spec?.limits?.[0]?.max).toStrictEqual({
    cpu: '200m',
    memory: '256Mi',
    'ephemeral-storage': '256Mi',
  });
});

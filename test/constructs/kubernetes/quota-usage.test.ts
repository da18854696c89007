import {
  computePodAmount,
  findLargestLimit,
  makeSmallResources,
  type QuotaUsage,
} from '../../../lib/constructs/kubernetes/resources';

const quotaUsage: QuotaUsage = {
  workload: 'catalog',
  pods: 3,
  containers: [makeSmallResources('100m', '64Mi'), makeSmallResources('200m', '32Mi')],
  initContainers: [makeSmallResources('250m', '16Mi'), makeSmallResources('50m', '128Mi')],
  claims: [],
};

test('a pod counts for its containers together', () => {
  expect(computePodAmount(quotaUsage, 'requests', 'cpu')).toBeCloseTo(0.3, 10);
});

test('a pod counts for its largest init container where that is more', () => {
  expect(computePodAmount(quotaUsage, 'limits', 'memory')).toBe(128 * 2 ** 20);
});

test('the largest limit is that of any single container', () => {
  const other = { ...quotaUsage, containers: [makeSmallResources('10m', '96Mi')], initContainers: [] };
  expect(findLargestLimit([other, quotaUsage], 'cpu')).toBe(0.25);
  expect(findLargestLimit([other, quotaUsage], 'memory')).toBe(128 * 2 ** 20);
  expect(findLargestLimit([other], 'memory')).toBe(96 * 2 ** 20);
});

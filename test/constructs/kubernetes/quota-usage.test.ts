import { largestLimit, podAmount, type QuotaUsage, smallResources } from '../../../lib/constructs/kubernetes/resources';

const quotaUsage: QuotaUsage = {
  workload: 'catalog',
  pods: 3,
  containers: [smallResources('100m', '64Mi'), smallResources('200m', '32Mi')],
  initContainers: [smallResources('250m', '16Mi'), smallResources('50m', '128Mi')],
  claims: [],
};

test('a pod counts for its containers together', () => {
  expect(podAmount(quotaUsage, 'requests', 'cpu')).toBeCloseTo(0.3, 10);
});

test('a pod counts for its largest init container where that is more', () => {
  expect(podAmount(quotaUsage, 'limits', 'memory')).toBe(128 * 2 ** 20);
});

test('the largest limit is that of any single container', () => {
  const other = { ...quotaUsage, containers: [smallResources('10m', '96Mi')], initContainers: [] };
  expect(largestLimit([other, quotaUsage], 'cpu')).toBe(0.25);
  expect(largestLimit([other, quotaUsage], 'memory')).toBe(128 * 2 ** 20);
  expect(largestLimit([other], 'memory')).toBe(96 * 2 ** 20);
});

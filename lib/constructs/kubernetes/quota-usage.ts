import { parseQuantity } from '../../platform/settings/quantity';
import type { ContainerResources, QuotaUsage, ResourceName } from '../../platform/settings/resources';

export type { QuotaUsage } from '../../platform/settings/resources';

/** What pods of these containers take of a namespace's quota. */
export function podUsage(
  workload: string,
  pods: number,
  containers: readonly ContainerResources[],
  claims: readonly string[] = [],
): QuotaUsage {
  return { workload, pods, containers, initContainers: [], claims };
}

/** What one pod counts as, in base units: the sum of its containers, or its largest init container if that is more. */
export function podAmount(quotaUsage: QuotaUsage, kind: 'requests' | 'limits', name: ResourceName): number {
  const of = (resources: ContainerResources) => parseQuantity(resources[kind][name]);
  const together = quotaUsage.containers.reduce((sum, resources) => sum + of(resources), 0);
  return Math.max(together, ...quotaUsage.initContainers.map(of));
}

/** The largest limit of a resource among all containers, in its base unit. */
export function largestLimit(quotaUsages: readonly QuotaUsage[], name: ResourceName): number {
  const containers = quotaUsages.flatMap((quotaUsage) => [...quotaUsage.containers, ...quotaUsage.initContainers]);
  return Math.max(...containers.map((resources) => parseQuantity(resources.limits[name])));
}

import { parseQuantity } from '../../platform/settings/quantity';
import type { ContainerResources, ResourceName } from '../../platform/settings/resources';

/** What the pods of one workload take of a namespace's quota when most of them exist at once. */
export interface QuotaUsage {
  /** Most pods that count at once, those that still terminate included. */
  readonly pods: number;
  /** Resources of the containers of each pod. */
  readonly containers: readonly ContainerResources[];
  /** Resources of the containers that run before them, one after the other. */
  readonly initContainers: readonly ContainerResources[];
  /** Sizes of the volumes that each pod claims. */
  readonly claims: readonly string[];
}

/** What one pod counts for, in base units: its containers together, or its largest init container if that is more. */
export function podAmount(quotaUsage: QuotaUsage, kind: 'requests' | 'limits', name: ResourceName): number {
  const of = (resources: ContainerResources) => parseQuantity(resources[kind][name]);
  const together = quotaUsage.containers.reduce((sum, resources) => sum + of(resources), 0);
  return Math.max(together, ...quotaUsage.initContainers.map(of));
}

/** The most of a resource that any single container of the demands may use, in its base unit. */
export function largestLimit(demands: readonly QuotaUsage[], name: ResourceName): number {
  const containers = demands.flatMap((quotaUsage) => [...quotaUsage.containers, ...quotaUsage.initContainers]);
  return Math.max(...containers.map((resources) => parseQuantity(resources.limits[name])));
}

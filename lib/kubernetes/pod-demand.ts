import { parseQuantity } from './quantity';
import type { ContainerResources, ResourceName } from './resources';

/** What the pods of one workload take of a namespace's quota when most of them exist at once. */
export interface PodDemand {
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
export function podAmount(demand: PodDemand, kind: 'requests' | 'limits', name: ResourceName): number {
  const of = (resources: ContainerResources) => parseQuantity(resources[kind][name]);
  const together = demand.containers.reduce((sum, resources) => sum + of(resources), 0);
  return Math.max(together, ...demand.initContainers.map(of));
}

/** The most of a resource that any single container of the demands may use, in its base unit. */
export function largestLimit(demands: readonly PodDemand[], name: ResourceName): number {
  const containers = demands.flatMap((demand) => [...demand.containers, ...demand.initContainers]);
  return Math.max(...containers.map((resources) => parseQuantity(resources.limits[name])));
}

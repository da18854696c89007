import { k8s } from 'cdk8s-plus-27';
import * as z from 'zod';
import { quantity } from './formats';
import { formatBytes, formatCores, tryParseQuantity } from './quantity';

const amounts = z.strictObject({
  /** Cores, such as `250m`. */
  cpu: quantity,
  /** Bytes, such as `256Mi`. */
  memory: quantity,
  /** Bytes of logs, writable layer and emptyDir volumes on the node's disk, such as `128Mi`. */
  ephemeralStorage: quantity,
});

const resourceNames = ['cpu', 'memory', 'ephemeralStorage'] as const;

/** What a container is scheduled with and the most that it may use. */
export const containerResources = z
  .strictObject({ requests: amounts, limits: amounts })
  .superRefine(({ requests, limits }, context) => {
    for (const name of resourceNames) {
      const [request, limit] = [tryParseQuantity(requests[name]), tryParseQuantity(limits[name])];
      if (request === undefined || limit === undefined || request <= limit) continue;
      context.addIssue({
        code: 'custom',
        path: ['requests', name],
        input: requests[name],
        message: `is above its limit of ${limits[name]}; raise the limit or ask for less`,
      });
    }
  });

/** Amounts of the three resources that every container states. */
export type ResourceAmounts = z.infer<typeof amounts>;

/** What a container is scheduled with and the most that it may use, as Kubernetes quantities. */
export type ContainerResources = z.infer<typeof containerResources>;

/** A resource that every container states. */
export type ResourceName = keyof ResourceAmounts;

/** Amounts computed in base units, resource by resource: cores and bytes. */
export function amountsOf(value: (name: ResourceName) => number): ResourceAmounts {
  return {
    cpu: formatCores(value('cpu')),
    memory: formatBytes(value('memory')),
    ephemeralStorage: formatBytes(value('ephemeralStorage')),
  };
}

/** Resources of a small helper container: an exporter, a sidecar, an init container. */
export function smallResources(cpu: string, memory: string, ephemeralStorage = '32Mi'): ContainerResources {
  const same = { cpu, memory, ephemeralStorage };
  return { requests: same, limits: same };
}

/** Writes resources as a container of Kubernetes takes them. */
export function resourceRequirements({ requests, limits }: ContainerResources): k8s.ResourceRequirements {
  return { requests: quantities(requests), limits: quantities(limits) };
}

/** Writes amounts under Kubernetes' own names for the resources. */
export function quantities(amount: ResourceAmounts): Record<string, k8s.Quantity> {
  return {
    cpu: k8s.Quantity.fromString(amount.cpu),
    memory: k8s.Quantity.fromString(amount.memory),
    'ephemeral-storage': k8s.Quantity.fromString(amount.ephemeralStorage),
  };
}

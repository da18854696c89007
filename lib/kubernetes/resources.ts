import type { k8s } from 'cdk8s-plus-27';
import * as z from 'zod';
import { canonicalQuantity } from './canonical-quantity';
import { coresBetween, quantityFrom } from './formats';
import { formatBytes, formatCores, tryParseQuantity } from './quantity';

/** Amounts of the three resources that every container states, as Kubernetes quantities. */
export interface ResourceAmounts {
  /** Cores, such as `250m` or `1`. */
  readonly cpu: string;
  /** Bytes, such as `256Mi`. */
  readonly memory: string;
  /** Bytes of logs, writable layer and emptyDir volumes on the node's disk, such as `128Mi`. */
  readonly ephemeralStorage: string;
}

/** What a container is scheduled with and the most that it may use. */
export interface ContainerResources {
  /** What the scheduler keeps free for it on a node; none of them above its limit. */
  readonly requests: ResourceAmounts;
  /** The most that it may use: above it CPU is throttled, and the pod is killed or evicted for the others. */
  readonly limits: ResourceAmounts;
}

/**
 * Below this nothing useful runs; cert-manager's solver, the smallest pod we know, asks for 10m and 64Mi.
 * @internal
 */
export const smallestContainer = { cpu: '5m', memory: '8Mi', ephemeralStorage: '1Mi' } as const;

const amounts = z.strictObject({
  cpu: coresBetween(smallestContainer.cpu, '128'),
  memory: quantityFrom(smallestContainer.memory),
  ephemeralStorage: quantityFrom(smallestContainer.ephemeralStorage),
});

const resourceNames = ['cpu', 'memory', 'ephemeralStorage'] as const;

/** @internal */
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
    cpu: canonicalQuantity(amount.cpu),
    memory: canonicalQuantity(amount.memory),
    'ephemeral-storage': canonicalQuantity(amount.ephemeralStorage),
  };
}

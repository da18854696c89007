import { k8s } from 'cdk8s-plus-27';
import * as z from 'zod';
import { coresBetween, quantityFrom } from '../../platform/settings/formats';
import { formatCores, parseQuantity, toBinaryQuantity, tryParseQuantity } from '../../platform/settings/quantity';

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
    memory: toBinaryQuantity(value('memory')),
    ephemeralStorage: toBinaryQuantity(value('ephemeralStorage')),
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

const decimal = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/**
 * A quantity as the API server stores it: whole, and in the largest unit of its family that keeps it so (`1` for `1000m`,
 * `1536Mi` for `1.5Gi`). Written in any other way it would differ from what is stored at every apply.
 * @throws Error if the text is no quantity
 */
export function canonicalQuantity(text: string): k8s.Quantity {
  const value = parseQuantity(text);
  if (value === 0) return k8s.Quantity.fromString('0');
  const isBinary = text.endsWith('i') && value >= 1024;
  return k8s.Quantity.fromString(
    isBinary ? inLargestUnit(Math.ceil(value), 1024, binary) : inLargestUnit(thousandths(value), 1000, decimal),
  );
}

/** Rounded up as the API server does, but for the noise of binary fractions. */
function thousandths(value: number): number {
  return Math.ceil(Number((value * 1000).toPrecision(15)));
}

function inLargestUnit(amount: number, base: number, units: readonly string[]): string {
  const [unit = '', ...larger] = units;
  if (larger.length === 0 || amount % base !== 0) return `${amount}${unit}`;
  return inLargestUnit(amount / base, base, larger);
}

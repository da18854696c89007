import { k8s } from 'cdk8s-plus-27';
import { formatCores, parseQuantity, toBinaryQuantity } from '../../platform/settings/quantity';
import type { ContainerResources, ResourceAmounts, ResourceName } from '../../platform/settings/resources';

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

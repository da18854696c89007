import { formatCores, parseQuantity, toBinaryQuantity } from '../../platform/settings/quantity';
import type { ContainerResources, QuotaUsage, ResourceAmounts, ResourceName } from '../../platform/settings/resources';
import { k8s } from './k8s';

export type { QuotaUsage } from '../../platform/settings/resources';

/** Computes amounts resource by resource, in base units: cores and bytes. */
export function computeAmounts(value: (name: ResourceName) => number): ResourceAmounts {
  return {
    cpu: formatCores(value('cpu')),
    memory: toBinaryQuantity(value('memory')),
    ephemeralStorage: toBinaryQuantity(value('ephemeralStorage')),
  };
}

/** Resources of a small helper container: an exporter, a sidecar, an init container. */
export function makeSmallResources(cpu: string, memory: string, ephemeralStorage = '32Mi'): ContainerResources {
  const same = { cpu, memory, ephemeralStorage };
  return { requests: same, limits: same };
}

/** Converts resources to those of a Kubernetes container. */
export function toRequirements({ requests, limits }: ContainerResources): k8s.ResourceRequirements {
  return { requests: toQuantities(requests), limits: toQuantities(limits) };
}

/** Converts resources to those of a custom object, whose kinds know no `Quantity`. */
export function toPlainRequirements(resources: ContainerResources): object {
  const plain = (amount: ResourceAmounts) =>
    Object.fromEntries(Object.entries(toQuantities(amount)).map(([name, { value }]) => [name, String(value)]));
  return { requests: plain(resources.requests), limits: plain(resources.limits) };
}

/** Converts amounts to Kubernetes' names of the resources. */
export function toQuantities(amount: ResourceAmounts): Record<string, k8s.Quantity> {
  return {
    cpu: toCanonicalQuantity(amount.cpu),
    memory: toCanonicalQuantity(amount.memory),
    'ephemeral-storage': toCanonicalQuantity(amount.ephemeralStorage),
  };
}

const decimal = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/**
 * Formats a quantity as the API server stores it: a whole number in the largest possible unit of its family (`1` for `1000m`,
 * `1536Mi` for `1.5Gi`). Any other form would differ from the stored one at every apply.
 * @throws Error if the text is not a quantity
 */
export function toCanonicalQuantity(text: string): k8s.Quantity {
  const value = parseQuantity(text);
  if (value === 0) return k8s.Quantity.fromString('0');
  const isBinary = text.endsWith('i') && value >= 1024;
  return k8s.Quantity.fromString(
    isBinary ? inLargestUnit(Math.ceil(value), 1024, binary) : inLargestUnit(toThousandths(value), 1000, decimal),
  );
}

/** Rounds up as the API server does, ignoring the noise of binary fractions. */
function toThousandths(value: number): number {
  return Math.ceil(Number((value * 1000).toPrecision(15)));
}

function inLargestUnit(amount: number, base: number, units: readonly string[]): string {
  const [unit = '', ...larger] = units;
  if (larger.length === 0 || amount % base !== 0) return `${amount}${unit}`;
  return inLargestUnit(amount / base, base, larger);
}

/** What pods of these containers take of a namespace's quota. */
export function makePodUsage(
  workload: string,
  pods: number,
  containers: readonly ContainerResources[],
  claims: readonly string[] = [],
): QuotaUsage {
  return { workload, pods, containers, initContainers: [], claims };
}

/** What one pod counts as, in base units: the sum of its containers, or its largest init container if that is more. */
export function computePodAmount(quotaUsage: QuotaUsage, kind: 'requests' | 'limits', name: ResourceName): number {
  const of = (resources: ContainerResources) => parseQuantity(resources[kind][name]);
  const together = quotaUsage.containers.reduce((sum, resources) => sum + of(resources), 0);
  return Math.max(together, ...quotaUsage.initContainers.map(of));
}

/** The largest limit of a resource among all containers, in its base unit. */
export function findLargestLimit(quotaUsages: readonly QuotaUsage[], name: ResourceName): number {
  const containers = quotaUsages.flatMap((quotaUsage) => [...quotaUsage.containers, ...quotaUsage.initContainers]);
  return Math.max(...containers.map((resources) => parseQuantity(resources.limits[name])));
}

import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import { parseQuantity, toBinaryQuantity } from '../../platform/settings/quantity';
import {
  type ContainerResources,
  minimumContainerResources,
  quotaUsageSchema,
} from '../../platform/settings/resources';
import { k8s } from '../kubernetes/k8s';
import { makePlatformMetadata, type NamespacedProps, namespaceScopeSchema } from '../kubernetes/metadata';
import {
  computeAmounts,
  computePodAmount,
  findLargestLimit,
  makePodUsage,
  type QuotaUsage,
  toCanonicalQuantity,
  toQuantities,
} from '../kubernetes/resources';

/** Properties of `NamespaceLimits`. */
export interface NamespaceLimitsProps extends NamespacedProps {
  /** Usage of every workload in the namespace. */
  readonly quotaUsages: readonly QuotaUsage[];
}

/** Defaults for containers that state no resources: a debugging shell, or cert-manager's solver. */
export const defaultContainerResources: ContainerResources = {
  requests: { cpu: '50m', memory: '64Mi', ephemeralStorage: '64Mi' },
  limits: { cpu: '200m', memory: '256Mi', ephemeralStorage: '256Mi' },
};

const propsSchema = z.looseObject({ namespaceScope: namespaceScopeSchema, quotaUsages: z.array(quotaUsageSchema) });

/**
 * The namespace's ResourceQuota, computed from its workloads, and its LimitRange.
 * A workload outside the model exceeds the quota, so it cannot starve the others.
 */
export class NamespaceLimits extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope, quotaUsages }: NamespaceLimitsProps) {
    super(scope, id);
    requireValid(propsSchema, { namespaceScope, quotaUsages }, 'NamespaceLimits');
    new k8s.KubeResourceQuota(this, 'quota', {
      metadata: makePlatformMetadata(namespaceScope, `${namespaceScope.platform}-quota`),
      spec: { hard: computeNamespaceQuota(quotaUsages) },
    });
    new k8s.KubeLimitRange(this, 'limit-range', {
      metadata: makePlatformMetadata(namespaceScope, `${namespaceScope.platform}-limits`),
      spec: { limits: [makeContainerLimits(quotaUsages)] },
    });
  }
}

function computeNamespaceQuota(quotaUsages: readonly QuotaUsage[]): Record<string, k8s.Quantity> {
  const claims = quotaUsages.flatMap(({ pods, claims }) => Array.from({ length: pods }, () => claims).flat());
  return {
    ...computeQuota(quotaUsages),
    pods: count(quotaUsages.reduce((sum, { pods }) => sum + pods, 0)),
    persistentvolumeclaims: count(claims.length),
    'requests.storage': toCanonicalQuantity(
      toBinaryQuantity(claims.reduce((sum, size) => sum + parseQuantity(size), 0)),
    ),
  };
}

/** A number as text, like every other quantity: strict schemas accept no other form. */
function count(number: number): k8s.Quantity {
  return toCanonicalQuantity(String(number));
}

/** Computes the requests and limits of all pods, under the names that a ResourceQuota has for them. */
export function computeQuota(quotaUsages: readonly QuotaUsage[]): Record<string, k8s.Quantity> {
  return { ...computeQuotaOf('requests', quotaUsages), ...computeQuotaOf('limits', quotaUsages) };
}

function computeQuotaOf(kind: 'requests' | 'limits', quotaUsages: readonly QuotaUsage[]): Record<string, k8s.Quantity> {
  const amounts = computeAmounts((name) =>
    quotaUsages.reduce((sum, quotaUsage) => sum + quotaUsage.pods * computePodAmount(quotaUsage, kind, name), 0),
  );
  return Object.fromEntries(Object.entries(toQuantities(amounts)).map(([name, amount]) => [`${kind}.${name}`, amount]));
}

function makeContainerLimits(quotaUsages: readonly QuotaUsage[]): k8s.LimitRangeItem {
  const withDefault = [...quotaUsages, makePodUsage('', 0, [defaultContainerResources])];
  return {
    type: 'Container',
    max: toQuantities(computeAmounts((name) => findLargestLimit(withDefault, name))),
    min: toQuantities(minimumContainerResources),
    default: toQuantities(defaultContainerResources.limits),
    defaultRequest: toQuantities(defaultContainerResources.requests),
  };
}

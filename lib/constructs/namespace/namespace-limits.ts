import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import { quantity } from '../../platform/settings/formats';
import { parseQuantity, toBinaryQuantity } from '../../platform/settings/quantity';
import {
  type ContainerResources,
  containerResources,
  minimumContainerResources,
} from '../../platform/settings/resources';
import { homeSchema, type NamespaceScope, platformMetadata } from '../kubernetes/metadata';
import { largestLimit, podAmount, type QuotaUsage } from '../kubernetes/quota-usage';
import { amountsOf, canonicalQuantity, quantities } from '../kubernetes/resources';

/** Properties of `NamespaceLimits`. */
export interface NamespaceLimitsProps {
  /** Namespace and platform that its objects belong to. */
  readonly home: NamespaceScope;
  /** What all workloads of the namespace take. */
  readonly demands: readonly QuotaUsage[];
}

/** What a container gets that states nothing: a debugging shell, or a certificate solver of cert-manager. */
export const defaultContainerResources: ContainerResources = {
  requests: { cpu: '50m', memory: '64Mi', ephemeralStorage: '64Mi' },
  limits: { cpu: '200m', memory: '256Mi', ephemeralStorage: '256Mi' },
};

const containers = z.array(containerResources);
const demand = z.looseObject({
  pods: z.int('use a whole number').min(0, 'use 0 or more'),
  containers,
  initContainers: containers,
  claims: z.array(quantity),
});
const propsSchema = z.looseObject({ home: homeSchema, demands: z.array(demand) });

/**
 * The namespace's ResourceQuota, computed from its workloads, and its LimitRange.
 * A workload that is not in the model finds no room: it cannot starve those that are.
 */
export class NamespaceLimits extends Construct {
  constructor(scope: Construct, id: string, { home, demands }: NamespaceLimitsProps) {
    super(scope, id);
    requireValid(propsSchema, { home, demands }, 'NamespaceLimits');
    new k8s.KubeResourceQuota(this, 'quota', {
      metadata: platformMetadata(home, `${home.platform}-quota`),
      spec: { hard: quota(demands) },
    });
    new k8s.KubeLimitRange(this, 'limit-range', {
      metadata: platformMetadata(home, `${home.platform}-limits`),
      spec: { limits: [containerLimits(demands)] },
    });
  }
}

function quota(demands: readonly QuotaUsage[]): Record<string, k8s.Quantity> {
  const claims = demands.flatMap(({ pods, claims }) => Array.from({ length: pods }, () => claims).flat());
  return {
    ...computeQuota(demands),
    pods: count(demands.reduce((sum, { pods }) => sum + pods, 0)),
    persistentvolumeclaims: count(claims.length),
    'requests.storage': canonicalQuantity(toBinaryQuantity(claims.reduce((sum, size) => sum + parseQuantity(size), 0))),
  };
}

/** Written as text, as every other quantity is: strict schemas know no other form. */
function count(number: number): k8s.Quantity {
  return canonicalQuantity(String(number));
}

/** What all pods of the demands request and may use, under the names that a quota has for it. */
export function computeQuota(demands: readonly QuotaUsage[]): Record<string, k8s.Quantity> {
  return { ...quotaOf('requests', demands), ...quotaOf('limits', demands) };
}

function quotaOf(kind: 'requests' | 'limits', demands: readonly QuotaUsage[]): Record<string, k8s.Quantity> {
  const amounts = amountsOf((name) =>
    demands.reduce((sum, demand) => sum + demand.pods * podAmount(demand, kind, name), 0),
  );
  return Object.fromEntries(Object.entries(quantities(amounts)).map(([name, amount]) => [`${kind}.${name}`, amount]));
}

function containerLimits(demands: readonly QuotaUsage[]): k8s.LimitRangeItem {
  const withDefault = [
    ...demands,
    { pods: 0, containers: [defaultContainerResources], initContainers: [], claims: [] },
  ];
  return {
    type: 'Container',
    max: quantities(amountsOf((name) => largestLimit(withDefault, name))),
    min: quantities(minimumContainerResources),
    default: quantities(defaultContainerResources.limits),
    defaultRequest: quantities(defaultContainerResources.requests),
  };
}

import * as z from 'zod';
import { dnsLabel, quantity } from './settings/formats';
import { type ContainerResources, containerResources } from './settings/resources';

/** What the pods of one workload take of a namespace's quota, at their maximum number. */
export interface QuotaUsage {
  /** Name of the workload, such as `veza-backend-api`. */
  readonly workload: string;
  /** Maximum number of pods at once, terminating ones included. */
  readonly pods: number;
  /** Resources of the containers of each pod. */
  readonly containers: readonly ContainerResources[];
  /** Resources of the containers that run before them, one after the other. */
  readonly initContainers: readonly ContainerResources[];
  /** Sizes of the volumes that each pod claims. */
  readonly claims: readonly string[];
}

const containers = z.array(containerResources);

/** @internal */
export const quotaUsageSchema = z.looseObject({
  workload: dnsLabel,
  pods: z.int('use a whole number').min(0, 'use 0 or more'),
  containers,
  initContainers: containers,
  claims: z.array(quantity),
});

import * as z from 'zod';
import { reportProblem } from '../errors';
import { coresBetween, dnsLabel, objectName, quantity, quantityFrom, wholeNumber } from './formats';
import { tryParseQuantity } from './quantity';

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
export const minimumContainerResources = { cpu: '5m', memory: '8Mi', ephemeralStorage: '1Mi' } as const;

const amounts = z.strictObject({
  cpu: coresBetween(minimumContainerResources.cpu, '128'),
  memory: quantityFrom(minimumContainerResources.memory),
  ephemeralStorage: quantityFrom(minimumContainerResources.ephemeralStorage),
});

const resourceNames = ['cpu', 'memory', 'ephemeralStorage'] as const;

/** @internal */
export const containerResources = z
  .strictObject({ requests: amounts, limits: amounts })
  .superRefine(({ requests, limits }, context) => {
    for (const name of resourceNames) {
      const [request, limit] = [tryParseQuantity(requests[name]), tryParseQuantity(limits[name])];
      if (request === undefined || limit === undefined || request <= limit) continue;
      reportProblem(
        context,
        ['requests', name],
        `is above its limit of ${limits[name]}; raise the limit or ask for less`,
      );
    }
  });

/** A resource that every container states. */
export type ResourceName = keyof ResourceAmounts;

/** The volume that a store keeps its data on. */
export interface Storage {
  /** Name of the cluster's StorageClass, such as `standard`. It cannot change later. */
  readonly className: string;
  /** Bytes as a Kubernetes quantity, such as `20Gi`. A volume can grow (docs/operations.md), but never shrink. */
  readonly size: string;
}

/** @internal */
export const storageSchema = z.strictObject({ className: objectName, size: quantityFrom('1Mi') });

/** Size of a server that keeps data. */
export interface ServerSettings {
  /** Resources of its container. */
  readonly resources: ContainerResources;
  /** Volume of each of its pods. */
  readonly storage: Storage;
}

/** @internal */
export const serverSettings = z.strictObject({ resources: containerResources, storage: storageSchema });

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
  pods: wholeNumber({ min: 0 }),
  containers,
  initContainers: containers,
  claims: z.array(quantity),
});

import type { QuotaUsage } from '../constructs/kubernetes/quota-usage';
import type { Endpoint, JobConnections, StoreWorkload } from '../constructs/network/connection-graph';
import type { Connection } from '../platform/connection';

/** A store as the rest of the environment sees it. */
export interface Store {
  readonly endpoint: Endpoint;
  /** Its pods, if it runs in the cluster. */
  readonly workloads: readonly StoreWorkload[];
  readonly jobs: readonly JobConnections[];
  /** Connections of its pods among themselves. */
  readonly connections: readonly Connection[];
  readonly quotaUsages: readonly QuotaUsage[];
}

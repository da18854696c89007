import * as z from 'zod';
import { dnsLabel } from './formats';

/** What a cluster has once, or nothing where a node-exporter is installed already. */
export type Cluster = ClusterSettings | 'none';

/** What a cluster has once, whichever environments share it. */
export interface ClusterSettings {
  /** Namespace of the node-exporter, which alone of all our pods reads the node itself, such as `veza-nodes`. */
  readonly namespace: string;
  /** Most nodes that the cluster grows to, such as 100: the namespace's quota holds one pod for each. */
  readonly maximumNodes: number;
}

/** @internal */
export const clusterSchema = z.strictObject({
  namespace: dnsLabel,
  maximumNodes: z.int('use a whole number').min(1, 'use at least 1'),
});

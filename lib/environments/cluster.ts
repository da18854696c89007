import * as z from 'zod';
import { dnsLabel } from '../kubernetes/formats';

/** What a cluster has once, whichever environments share it. */
export const clusterSchema = z.strictObject({
  /** Namespace of the node-exporter, which alone of all our pods reads the node itself. */
  namespace: dnsLabel,
  /** Most nodes that the cluster grows to: the namespace's quota holds one pod for each. */
  maximumNodes: z.int('use a whole number').min(1, 'use at least 1'),
});

/** What a cluster has once, or nothing where somebody else has installed a node-exporter already. */
export type Cluster = z.infer<typeof clusterSchema> | 'none';

/** The cluster that the environments run in. */
export const cluster: Cluster = { namespace: 'veza-nodes', maximumNodes: 100 };

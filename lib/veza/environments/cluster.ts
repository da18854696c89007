import type { Cluster } from '../../platform/settings/cluster';

/** The cluster that the environments run in. */
export const cluster: Cluster = { namespace: 'veza-nodes', maximumNodes: 100 };

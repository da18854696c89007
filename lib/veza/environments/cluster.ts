import type { Cluster } from '../../platform/settings/kubernetes';

/** Most nodes that the cluster grows to. */
export const maximumNodes = 100;

/** The cluster that the environments run in. */
export const cluster: Cluster = { namespace: 'veza-nodes', maximumNodes };

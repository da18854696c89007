import type { KubernetesClient } from './kubernetes-client';
import { operationLease } from './lease-client';

/**
 * Time of the cluster in milliseconds since 1970: when its API server noted the last renewal of the lock, which every
 * operation renews several times a minute. The clock of this machine takes no part in it.
 * @returns undefined if there is no lock, or a server that notes no times
 */
export async function serverTime(kubectl: KubernetesClient, namespace: string): Promise<number | undefined> {
  const lease = await kubectl.find(`lease/${operationLease}`, namespace, { managedFields: true });
  const times = (lease?.metadata.managedFields ?? []).map(({ time = '' }) => Date.parse(time));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : Math.max(...known);
}

import { collapseWhitespace } from './format';
import type { KubernetesClient, KubernetesObject } from './kubernetes-client';

interface Event extends KubernetesObject {
  readonly type: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string;
}

/**
 * The latest event of an object, `FailedCreate: exceeded quota`: a full quota, a Secret that is missing, an image that is
 * still pulled. Nothing if there is none, or the user may not read events.
 * @param fields narrow the events down: `{ type: 'Warning' }`
 */
export async function latestEvent(
  kubectl: KubernetesClient,
  namespace: string,
  object: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const selector = { fields: { ...fields, 'involvedObject.name': object } };
  const events = await kubectl.list<Event>('events', namespace, selector).catch(() => []);
  const latest = events.sort((one, other) => (one.lastTimestamp ?? '').localeCompare(other.lastTimestamp ?? '')).at(-1);
  return latest && `${latest.reason}: ${collapseWhitespace(latest.message ?? '')}`;
}

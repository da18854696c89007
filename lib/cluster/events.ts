import { collapseWhitespace } from './format';
import type { Kubectl, KubernetesObject } from './kubectl';

interface Event extends KubernetesObject {
  readonly type: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string;
}

/**
 * The latest event of an object, `FailedCreate: exceeded quota`: a full quota, a Secret that is missing, an image that is
 * still pulled. Nothing if there is none, or the user may not read events.
 * @param selector narrows the events down: `type=Warning`
 */
export async function latestEvent(
  kubectl: Kubectl,
  namespace: string,
  object: string,
  ...selector: readonly string[]
): Promise<string | undefined> {
  const fields = [...selector, `involvedObject.name=${object}`].join(',');
  const place = [`--namespace=${namespace}`, '--output=json'];
  const { status, stdout } = await kubectl.ask(['get', 'events', ...place, `--field-selector=${fields}`]);
  if (status !== 0) return undefined;
  const latest = (JSON.parse(stdout) as { readonly items: Event[] }).items
    .sort((one, other) => (one.lastTimestamp ?? '').localeCompare(other.lastTimestamp ?? ''))
    .at(-1);
  return latest && `${latest.reason}: ${collapseWhitespace(latest.message ?? '')}`;
}

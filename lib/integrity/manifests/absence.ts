import { listed } from './listed';
import type { ManifestSet } from './manifest-set';

/** Says that an object does not exist, and which ones of its kind do: the message of a dangling reference. */
export function absence(set: ManifestSet, type: string, namespace: string, name: string): string {
  const kind = type.split('.')[0];
  const where = namespace === '' ? '' : ` in ${namespace}`;
  return `${kind} ${name} does not exist${where} (there is ${listed(set.namesIn(type, namespace))})`;
}

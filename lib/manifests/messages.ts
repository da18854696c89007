import type { ManifestSet } from './manifest-set';

/** Says that an object does not exist, and which ones of its kind do: the message of a dangling reference. */
export function missingObjectMessage(set: ManifestSet, type: string, namespace: string, name: string): string {
  const kind = type.split('.')[0];
  const where = namespace === '' ? '' : ` in ${namespace}`;
  return `${kind} ${name} does not exist${where} (there is ${formatList(set.namesIn(type, namespace))})`;
}

const shown = 8;

/** What exists where something was not found, for an error message: `it has app.env, postgres.conf`. */
export function formatList(names: Iterable<string | number>, none = 'none'): string {
  const all = [...new Set(names)];
  if (all.length === 0) return none;
  const rest = all.length > shown ? ` and ${all.length - shown} more` : '';
  return `${all.slice(0, shown).join(', ')}${rest}`;
}

import type { Additions } from './additions';

/** An affinity as data: its kinds, and of each what is required and preferred. */
export type AffinityFields = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** Adds to each kind of an affinity. Terms are added to terms; the one required selector of nodes cannot be. */
export function extendAffinity(
  current: AffinityFields | undefined,
  added: AffinityFields | undefined,
  additions: Additions,
): AffinityFields | undefined {
  if (added === undefined) return current;
  const kinds = Object.entries(added).map(([kind, rules = {}]) => {
    const known = current?.[kind] ?? {};
    const merged = Object.entries(rules).map(([rule, terms]) => {
      const field = `pod.affinity.${kind}.${rule}`;
      const existing = known[rule];
      if (Array.isArray(existing) && Array.isArray(terms)) return [rule, additions.items(field, existing, terms)];
      return [rule, additions.value(field, existing, terms)];
    });
    return [kind, { ...known, ...Object.fromEntries(merged) }] as const;
  });
  return { ...current, ...Object.fromEntries(kinds) };
}

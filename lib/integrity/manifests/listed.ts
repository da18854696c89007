const shown = 8;

/** What exists where something was not found, for an error message: `it has app.env, postgres.conf`. */
export function listed(names: Iterable<string | number>, none = 'none'): string {
  const all = [...new Set(names)];
  if (all.length === 0) return none;
  const rest = all.length > shown ? ` and ${all.length - shown} more` : '';
  return `${all.slice(0, shown).join(', ')}${rest}`;
}

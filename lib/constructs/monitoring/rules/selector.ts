/** How a label is matched: a PromQL operator and a value. */
export interface Matcher {
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Matchers by label. */
export type Matchers = Readonly<Record<string, Matcher>>;

/** Matches a label with this value. */
export function is(value: string): Matcher {
  return { operator: '=', value };
}

/** Matches a label with another value, or none. */
export function isNot(value: string): Matcher {
  return { operator: '!=', value };
}

/** Matches a label with one of these values. */
export function oneOf(values: readonly string[]): Matcher {
  return { operator: '=~', value: escapeAlternatives(values) };
}

/** Matches a label with none of these values. */
export function noneOf(values: readonly string[]): Matcher {
  return { operator: '!~', value: escapeAlternatives(values) };
}

/** Matches a label whose whole value fits a regular expression. */
export function matches(pattern: string): Matcher {
  return { operator: '=~', value: pattern };
}

/** Matches a label whose whole value does not fit a regular expression. */
export function noMatch(pattern: string): Matcher {
  return { operator: '!~', value: pattern };
}

/** Writes a PromQL selector: `up{job="postgres"}`. Values are quoted, so that no value can end it. */
export function select(metric: string, matchers: Matchers): string {
  return `${metric}{${writeMatchers(matchers).join(', ')}}`;
}

/** Writes matchers one by one, as Alertmanager reads them. */
export function writeMatchers(matchers: Matchers): string[] {
  return Object.entries(matchers).map(([label, { operator, value }]) => `${label}${operator}${quote(value)}`);
}

/** PromQL strings have the same escapes as JSON. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function escapeAlternatives(values: readonly string[]): string {
  return [...new Set(values)].map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
}

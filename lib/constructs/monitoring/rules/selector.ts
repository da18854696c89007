/** How a label is matched: an operator of PromQL, and what it compares with. */
export interface Matcher {
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Labels and how each is matched. */
export type Matchers = Readonly<Record<string, Matcher>>;

/** The label has just this value. */
export function is(value: string): Matcher {
  return { operator: '=', value };
}

/** The label has another value, or none. */
export function isNot(value: string): Matcher {
  return { operator: '!=', value };
}

/** The label has one of these values. */
export function oneOf(values: readonly string[]): Matcher {
  return { operator: '=~', value: alternatives(values) };
}

/** The label has none of these values. */
export function noneOf(values: readonly string[]): Matcher {
  return { operator: '!~', value: alternatives(values) };
}

/** The whole value of the label is matched by a regular expression. */
export function matches(pattern: string): Matcher {
  return { operator: '=~', value: pattern };
}

/** The whole value of the label is not matched by a regular expression. */
export function noMatch(pattern: string): Matcher {
  return { operator: '!~', value: pattern };
}

/** A PromQL selector: `up{job="postgres"}`. Values are quoted, so that none of them can end it. */
export function select(metric: string, matchers: Matchers): string {
  const terms = Object.entries(matchers).map(([label, { operator, value }]) => `${label}${operator}${quote(value)}`);
  return `${metric}{${terms.join(', ')}}`;
}

/** Strings of PromQL know the escapes of JSON. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function alternatives(values: readonly string[]): string {
  return values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
}

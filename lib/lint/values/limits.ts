import { nearestName } from '../schema/nearest-name';

/** What is wrong with a value, and what to do about it. */
export interface Refusal {
  readonly message: string;
  readonly remedy: string;
}

/** What the API server accepts in one field. A value of another type is the business of the rule `schema`. */
export type Limit = (value: unknown) => Refusal | undefined;

/** One of some words. */
export function oneOf(...words: readonly string[]): Limit {
  return (value) => {
    if (typeof value !== 'string' || words.includes(value)) return undefined;
    const nearest = nearestName(value, words);
    const remedy = nearest === undefined ? 'state one of them' : `correct it to ${nearest || 'an empty text'}`;
    return { message: `${JSON.stringify(value)} is not one of ${words.filter(Boolean).join(', ')}`, remedy };
  };
}

/** A number in a range; a text, where a field takes both, is not limited. */
export function between(least: number, most: number): Limit {
  return (value) => {
    if (typeof value !== 'number' || (value >= least && value <= most)) return undefined;
    const range = most === Number.POSITIVE_INFINITY ? `at least ${least}` : `from ${least} to ${most}`;
    return { message: `${value} is not ${range}`, remedy: `state a number ${range}` };
  };
}

export function atLeast(least: number): Limit {
  return between(least, Number.POSITIVE_INFINITY);
}

/** A text of some form. */
export function form(pattern: RegExp, longest: number, meaning: string): Limit {
  return (value) => {
    if (typeof value !== 'string' || (value.length <= longest && pattern.test(value))) return undefined;
    return { message: `${JSON.stringify(value)} is not ${meaning}`, remedy: `state ${meaning}` };
  };
}

/** A value that several limits accept. */
export function all(...limits: readonly Limit[]): Limit {
  return (value) => {
    for (const limit of limits) {
      const refusal = limit(value);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  };
}

export const port = between(1, 65_535);

export const protocol = oneOf('TCP', 'UDP', 'SCTP');

export const dnsLabel = form(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  63,
  'at most 63 lower-case letters, digits and "-", beginning and ending with a letter or digit',
);

export const dnsName = form(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  253,
  'a name of lower-case letters, digits, "-" and "."',
);

/** Names of ports, as IANA has them for services. */
export const portName = form(
  /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  15,
  'at most 15 lower-case letters, digits and single "-", with at least one letter',
);

/** A port by its number or its name. */
export const portReference = all(port, portName);

/** A number, or a percentage. */
export const numberOrPercentage: Limit = all(atLeast(0), form(/^\d+%$/, 10, 'a number or a percentage such as 25%'));

import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import { findIntendedName } from '../../platform/nearest-name';
import type { RuleDocumentation, Violation } from '../rule';

/** Finds what the API server refuses in an object of one type, beyond the limits of single fields. */
export type Relation = (at: Cursor) => Iterable<Violation>;

/** What the API server refuses in one part of the objects: the data of a rule. Types are named as OpenAPI has them. */
export interface ValueFamily extends Omit<RuleDocumentation, 'fix'> {
  /** @default - the value is to be corrected as the finding says */
  readonly fix?: string;
  readonly name: string;
  /** Limits of fields, by type. */
  readonly limits: Readonly<Record<string, Readonly<Record<string, Limit>>>>;
  /** Relations between the fields of an object, by its type. */
  readonly relations: Readonly<Record<string, Relation>>;
  /**
   * Relations between objects.
   * @default - none
   */
  readonly betweenObjects?: (set: ManifestSet) => Iterable<Violation>;
}

/** Of these fields, which stand beside each other in an object, one at most is stated. */
export function* requireAtMostOne(at: Cursor, fields: readonly string[]): Generator<Violation> {
  const stated = statedOf(at, fields);
  if (stated.length > 1) yield tooMany(at, stated);
}

export function* requireExactlyOne(at: Cursor, fields: readonly string[]): Generator<Violation> {
  const stated = statedOf(at, fields);
  if (stated.length > 1) yield tooMany(at, stated);
  if (stated.length > 0) return;
  yield { at, message: `one of ${fields.join(', ')} must be stated`, remedy: 'state one of them' };
}

/** An object states few of the fields that it may have. */
function statedOf(at: Cursor, fields: readonly string[]): string[] {
  return Object.keys(Object(at.value)).filter((key) => fields.includes(key) && at.has(key));
}

function tooMany(at: Cursor, stated: readonly string[]): Violation {
  return { at, message: `only one of ${stated.join(' and ')} may be stated`, remedy: 'remove all but one' };
}

/** A list that must have an element. A missing list is the business of the rule `schema` if it is required. */
export function* requireElements(at: Cursor): Generator<Violation> {
  if (!Array.isArray(at.value) || at.value.length > 0) return;
  yield { at, message: 'the list is empty', remedy: 'state at least one element' };
}

/** What is wrong with a value, and what to do about it. */
interface Refusal {
  readonly message: string;
  readonly remedy: string;
}

/** What the API server accepts in one field. A value of another type is the business of the rule `schema`. */
export type Limit = (value: unknown) => Refusal | undefined;

export function oneOf(...words: readonly string[]): Limit {
  return (value) => {
    if (typeof value !== 'string' || words.includes(value)) return undefined;
    const nearest = findIntendedName(value, words);
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

export function form(pattern: RegExp, longest: number, meaning: string): Limit {
  return (value) => {
    if (typeof value !== 'string' || (value.length <= longest && pattern.test(value))) return undefined;
    return { message: `${JSON.stringify(value)} is not ${meaning}`, remedy: `state ${meaning}` };
  };
}

/** A value that several limits accept. */
function all(...limits: readonly Limit[]): Limit {
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

export const numberOrPercentage: Limit = all(atLeast(0), form(/^\d+%$/, 10, 'a number or a percentage such as 25%'));

import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { RuleDocumentation, Violation } from '../rule';
import type { Limit } from './limits';

/** Finds what the API server refuses in an object of one type, beyond the limits of single fields. */
export type Relation = (at: Cursor) => Iterable<Violation>;

/** What the API server refuses in one part of the objects: the data of a rule. Types are named as OpenAPI has them. */
export interface ValueFamily {
  readonly name: string;
  readonly documentation: RuleDocumentation;
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
export function* atMostOne(at: Cursor, fields: readonly string[]): Generator<Violation> {
  const stated = statedOf(at, fields);
  if (stated.length > 1) yield tooMany(at, stated);
}

/** Of these fields, exactly one is stated. */
export function* exactlyOne(at: Cursor, fields: readonly string[]): Generator<Violation> {
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

/** No two elements have the same key. */
export function* distinct(
  elements: readonly Cursor[],
  keyOf: (element: Cursor) => string | undefined,
  message: (key: string) => string,
  remedy: string,
): Generator<Violation> {
  const seen = new Set<string>();
  for (const at of elements) {
    const key = keyOf(at);
    if (key === undefined) continue;
    if (seen.has(key)) yield { at, message: message(key), remedy };
    seen.add(key);
  }
}

/** A list that must have an element. A missing list is the business of the rule `schema` if it is required. */
export function* notEmpty(at: Cursor): Generator<Violation> {
  if (!Array.isArray(at.value) || at.value.length > 0) return;
  yield { at, message: 'the list is empty', remedy: 'state at least one element' };
}

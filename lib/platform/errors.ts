import type { z } from 'zod';

/** Something wrong in what somebody gave us, in one line: where, which value, what to do. */
export type Problem = string;

/** Bad input. It carries every problem that was found, so that one run shows them all. */
export class ValidationError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.join('\n'));
    this.name = 'ValidationError';
  }
}

/** Something that was rightly asked for and did not work out, such as a deploy that was rolled back. */
export class OperationError extends Error {
  /** @param publicMessages what others than the user are told, where the problems hold something that is not for them */
  constructor(
    readonly problems: readonly Problem[],
    readonly publicMessages: readonly Problem[] = problems,
  ) {
    super(problems.join('\n'));
    this.name = 'OperationError';
  }
}

/** Wrong usage: arguments, a missing tool, context or permission. It promises that nothing was changed. */
export class UsageError extends Error {
  readonly problems: readonly Problem[];

  constructor(...problems: readonly Problem[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Raises all problems at once, if there are any.
 * @throws ValidationError
 */
export function throwIfInvalid(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ValidationError(problems);
}

/**
 * Every problem that a schema finds in a value: path, value and remedy, a line each.
 * @internal
 */
export function schemaProblems(schema: z.ZodType, value: unknown, where: string): Problem[] {
  const result = schema.safeParse(value, { error: defaultMessage });
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => formatIssue(issue, value, where));
}

/**
 * Raises every problem that a schema finds in a value.
 * @throws ValidationError
 * @internal
 */
export function requireValid(schema: z.ZodType, value: unknown, where: string): void {
  throwIfInvalid(schemaProblems(schema, value, where));
}

/**
 * The fields of a value that their schemas accept, so that one bad field hides no problem of another.
 * @internal
 */
export function soundFields(schemas: Readonly<Record<string, z.ZodType>>, value: unknown): Record<string, unknown> {
  const entries = Object.entries(Object(value));
  return Object.fromEntries(entries.filter(([name, field]) => schemas[name]?.safeParse(field).success));
}

/** Names that do not exist, a line each. Nothing is unknown where it is not known what there is. */
export function unknownNames(names: readonly string[], known: readonly string[] | undefined, where: string): Problem[] {
  return names
    .filter((name) => known !== undefined && !known.includes(name))
    .map((name) => `${where}: ${name} does not exist; there are ${known?.join(', ')}`);
}

/** Values that stand in a list more than once, each once. */
export function duplicates<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function defaultMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') return 'is not a field here; remove it';
  if (issue.code === 'invalid_type') return `use a value of type ${issue.expected}`;
  if (issue.code === 'invalid_union')
    return `use one of ${(issue.options as readonly string[] | undefined)?.join(', ')}`;
  return undefined;
}

function formatIssue(issue: z.core.$ZodIssue, value: unknown, where: string): Problem[] {
  const path = [where, ...issue.path].join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${path}.${key}: ${issue.message}`);
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${path}: ${message}`);
  const inside = issue.code === 'invalid_union' ? issuesInside(issue) : [];
  if (inside.length > 0) return inside.flatMap((each) => formatIssue(each, value, where));
  const found = valueAt(value, issue.path);
  return [found === undefined ? `${path}: is missing; state it` : `${path}: ${formatValue(found)}: ${issue.message}`];
}

/** What is wrong inside a value that only one of several forms has the shape of: it is that form which was meant. */
function issuesInside({ errors, path }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] {
  const meant = errors.find((issues) => issues.length > 0 && issues.every((issue) => issue.path.length > 0)) ?? [];
  return meant.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
}

/** Longest text of a value that an error repeats. */
const longestValue = 120;

/** A value as it is written in the data; what JSON has no word for, in JavaScript's. */
function formatValue(value: unknown): string {
  const text = typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/**
 * Returns the message of anything that was thrown.
 * @internal
 */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

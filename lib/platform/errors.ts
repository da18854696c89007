import type { z } from 'zod';

/** One problem of an input, in one line: path, value and remedy. */
export type Problem = string;

/** Invalid input, with every problem that was found. */
export class ValidationError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.join('\n'));
    this.name = 'ValidationError';
  }
}

/** An operation that failed after it had started, such as a deploy that was rolled back. */
export class OperationError extends Error {
  /** @param publicMessages what notifications say, without logs and other details of the problems */
  constructor(
    readonly problems: readonly Problem[],
    readonly publicMessages: readonly Problem[] = problems,
  ) {
    super(problems.join('\n'));
    this.name = 'OperationError';
  }
}

/** Wrong usage: arguments, a missing tool, context or permission. Nothing was changed. */
export class UsageError extends Error {
  readonly problems: readonly Problem[];

  constructor(...problems: readonly Problem[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Throws all problems at once, if there are any.
 * @throws ValidationError
 */
export function throwIfInvalid(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ValidationError(problems);
}

/**
 * Every problem that a schema finds in a value: path, value and remedy, a line each.
 * @internal
 */
export function findSchemaProblems(schema: z.ZodType, value: unknown, where: string): Problem[] {
  const result = schema.safeParse(value, { error: describeIssue });
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => formatIssue(issue, value, where));
}

/**
 * Throws every problem that a schema finds in a value.
 * @throws ValidationError
 * @internal
 */
export function requireValid(schema: z.ZodType, value: unknown, where: string): void {
  throwIfInvalid(findSchemaProblems(schema, value, where));
}

/**
 * The fields of a value that their schemas accept, so that an invalid field does not hide the problems of others.
 * @internal
 */
export function pickValidFields(schemas: Readonly<Record<string, z.ZodType>>, value: unknown): Record<string, unknown> {
  const entries = Object.entries(Object(value));
  return Object.fromEntries(entries.filter(([name, field]) => schemas[name]?.safeParse(field).success));
}

/**
 * Reports a problem of one field of an object to a schema, where other fields decide whether it is one.
 * @internal
 */
export function reportProblem(context: z.core.$RefinementCtx, path: PropertyKey[], message: string): void {
  context.addIssue({ code: 'custom', path, message });
}

/**
 * A check of a list: no two items have the same value in a field.
 * @internal
 */
export function checkUnique<Field extends string>(field: Field, remedy: string) {
  return (items: readonly Readonly<Record<Field, unknown>>[], context: z.core.$RefinementCtx): void => {
    items.forEach((item, index) => {
      if (items.findIndex((other) => other[field] === item[field]) === index) return;
      reportProblem(context, [index, field], `is there already; ${remedy}`);
    });
  };
}

/** Names that do not exist, a line each; none where the existing names are not known. */
export function findUnknownNames(
  names: readonly string[],
  known: readonly string[] | undefined,
  where: string,
): Problem[] {
  return names
    .filter((name) => known !== undefined && !known.includes(name))
    .map((name) => `${where}: ${name} does not exist; there are ${known?.join(', ')}`);
}

/** Values that stand in a list more than once, each once. */
export function findDuplicates<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') return 'is not a field here; remove it';
  if (issue.code === 'invalid_type') return `use a value of type ${issue.expected}`;
  if (issue.code === 'invalid_value') return `use one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_union')
    return `use one of ${(issue.options as readonly string[] | undefined)?.join(', ')}`;
  if (issue.code === 'too_big' && issue.origin === 'string') return `use at most ${issue.maximum} characters`;
  return undefined;
}

function formatIssue(issue: z.core.$ZodIssue, value: unknown, where: string): Problem[] {
  const path = [where, ...issue.path].join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${path}.${key}: ${issue.message}`);
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${path}: ${message}`);
  const inside = issue.code === 'invalid_union' ? findIssuesInside(issue) : [];
  if (inside.length > 0) return inside.flatMap((each) => formatIssue(each, value, where));
  return [formatFieldProblem(value, issue.path, issue.message, where)];
}

/**
 * What is wrong with one field of a value: its path, what it has, and the remedy.
 * @internal
 */
export function formatFieldProblem(
  value: unknown,
  path: readonly PropertyKey[],
  message: string,
  where: string,
): Problem {
  const place = [where, ...path].join('.');
  const found = readPath(value, path);
  return found === undefined ? `${place}: is missing; state it` : `${place}: ${formatValue(found)}: ${message}`;
}

/** The issues inside the one form of a union that has the shape of the value. */
function findIssuesInside({ errors, path }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] {
  const meant = errors.find((issues) => issues.length > 0 && issues.every((issue) => issue.path.length > 0)) ?? [];
  return meant.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
}

/** Longest text of a value that an error repeats. */
const longestValue = 120;

/** A value as it is written in the data; what JSON has no word for, in JavaScript's. Credentials in URLs are left out. */
function formatValue(value: unknown): string {
  const json = typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
  const text = json.replace(/(?<=:\/\/)[^/@\s"]*(?=@)/g, '…');
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

function readPath(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/**
 * Returns the message of anything that was thrown.
 * @internal
 */
export function readErrorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { z } from 'zod';

/** Something wrong in what somebody gave us, in one line: where, which value, what to do. */
export type Problem = string;

/** Bad input. It carries every problem that was found, so that one run shows them all. */
export class InputError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.join('\n'));
    this.name = 'InputError';
  }
}

/** Something that was rightly asked for and did not work out, such as a deploy that was rolled back. */
export class FailedError extends Error {
  /** @param news what others than the user are told, where the problems hold something that is not for them */
  constructor(
    readonly problems: readonly Problem[],
    readonly news: readonly Problem[] = problems,
  ) {
    super(problems.join('\n'));
    this.name = 'FailedError';
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
 * @throws InputError
 */
export function reject(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InputError(problems);
}

/**
 * Every problem that a schema finds in a value: path, value and remedy, a line each.
 * @internal
 */
export function problemsOf(schema: z.ZodType, value: unknown, where: string): Problem[] {
  const result = schema.safeParse(value, { error: defaultMessage });
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => linesOf(issue, value, where));
}

function defaultMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') return 'is not a field here; remove it';
  if (issue.code === 'invalid_type') return `use a value of type ${issue.expected}`;
  if (issue.code === 'invalid_union')
    return `use one of ${(issue.options as readonly string[] | undefined)?.join(', ')}`;
  return undefined;
}

function linesOf(issue: z.core.$ZodIssue, value: unknown, where: string): Problem[] {
  const path = [where, ...issue.path].join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${path}.${key}: ${issue.message}`);
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${path}: ${message}`);
  const found = valueAt(value, issue.path);
  return [
    found === undefined ? `${path}: is missing; state it` : `${path}: ${JSON.stringify(found)}: ${issue.message}`,
  ];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

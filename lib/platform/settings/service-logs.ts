import * as z from 'zod';

/** What a service writes to its standard output and error. Parsers, labels and scrubbing are derived from it. */
export interface ServiceLogs {
  /** `json` if each line is one JSON object, `text` if it is anything else. A panic is plain text in both. */
  readonly format: 'json' | 'text';
  /** Field of a JSON line with its level, in any case: `level`. Not read from text, where levels are recognized. */
  readonly level: string;
  /** Field of a JSON line with its message: `msg`. */
  readonly message: string;
  /** Field of a JSON line with the identifier of its request: `trace_id`; `none` if there is none. */
  readonly trace: string;
  /** Language whose panics, of many lines each, are joined into one entry; `none` if it never panics. */
  readonly panic: PanicStyle | 'none';
  /** What is removed from its lines in addition to what always is. */
  readonly scrub: readonly ScrubPattern[];
  /** Whether it is an assumption that the image writes this: no documentation says so. */
  readonly assumed: boolean;
}

/** How a program prints a panic. */
export type PanicStyle = 'go' | 'rust';

/** Something to remove from log lines: the value of a field, or every word with a prefix. */
export type ScrubPattern = ScrubbedField | ScrubbedPrefix;

/** The value of a field, in JSON (`"name":"value"`) as in text (`name=value`). */
export interface ScrubbedField {
  readonly kind: 'field';
  /** Name of the field: `one_time_code`. Its case is ignored. */
  readonly name: string;
}

/** A word that begins with a prefix by which tokens are recognized. */
export interface ScrubbedPrefix {
  readonly kind: 'prefix';
  /** The first characters of the word: `vza_`. */
  readonly prefix: string;
}

const fieldName = z
  .string()
  .regex(/^[A-Za-z_][\w.-]{0,62}$/, 'use letters, digits, underscores, dots and hyphens, no digit first');

/** Three characters at least: a shorter prefix would remove ordinary words. */
const tokenPrefix = z.string().regex(/^[A-Za-z][\w-]{2,31}$/, 'use 3 to 32 letters, digits, underscores and hyphens');

/** @internal */
export const serviceLogsSchema = z.strictObject({
  format: z.enum(['json', 'text']),
  level: fieldName,
  message: fieldName,
  trace: fieldName,
  panic: z.enum(['go', 'rust', 'none']),
  scrub: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('field'), name: fieldName }),
        z.strictObject({ kind: z.literal('prefix'), prefix: tokenPrefix }),
      ]),
    )
    .readonly(),
  assumed: z.boolean(),
}) satisfies z.ZodType<ServiceLogs>;

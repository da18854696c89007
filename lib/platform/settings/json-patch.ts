import * as z from 'zod';

/** A change of one place of an object, as RFC 6902 (JSON Patch) has it. */
export type PatchOperation = PatchValue | PatchRemoval | PatchMove;

/** Adds, replaces or tests a value. */
export interface PatchValue {
  /** What is done, such as `add`, also between the items of a list; `replace` needs a value there, `test` just that one. */
  readonly op: 'add' | 'replace' | 'test';
  /** Place in the object as RFC 6901 (JSON Pointer) has it, such as `/spec/template/spec/hostname`. */
  readonly path: string;
  /** The value as in YAML, such as `'backend'`. */
  readonly value: unknown;
}

/** Removes what is at a place. */
export interface PatchRemoval {
  /** What is done, such as `remove`. */
  readonly op: 'remove';
  /** Place in the object, such as `/spec/minReadySeconds`. */
  readonly path: string;
}

/** Moves or copies what is at one place to another. */
export interface PatchMove {
  /** What is done, such as `move`. */
  readonly op: 'move' | 'copy';
  /** Where the value is, such as `/metadata/labels/version`. */
  readonly from: string;
  /** Where it is put, such as `/metadata/annotations/version`. */
  readonly path: string;
}

const pointer = z
  .string()
  .regex(
    /^(\/([^~/]|~[01])*)*$/,
    'begin with a slash, such as /spec/replicas; a slash in a name is ~1, and a tilde is ~0',
  );

const stated = {
  path: pointer,
  value: z.unknown().refine((value): boolean => value !== undefined, 'is missing; state it'),
};

/** @internal */
export const patchOperationSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal(['add', 'replace', 'test']), ...stated }),
  z.strictObject({ op: z.literal('remove'), path: pointer }),
  z.strictObject({ op: z.literal(['move', 'copy']), from: pointer, path: pointer }),
]);

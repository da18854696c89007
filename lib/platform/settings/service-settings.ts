import * as z from 'zod';
import { variableName } from './formats';

const remedy = 'use what constant, derived, fromDatabase, fromCache, serviceUrl, text, integer or oneOf returns';
const work = z.custom((value) => typeof value === 'function', remedy);

/** The settings of a platform, by name. */
export const settingsSchema = z.record(
  variableName,
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('constant'), value: z.union([z.string(), z.number(), z.boolean()], remedy) }),
    z.strictObject({ kind: z.literal('derived'), peer: z.string().optional(), from: work }),
    z.strictObject({ kind: z.literal('stated'), accepts: work, remedy: z.string() }),
  ]),
);

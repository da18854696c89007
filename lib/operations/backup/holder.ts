import * as z from 'zod';
import type { KubernetesObject } from '../kubectl';
import { jsonOf } from './backup-record';

/** Where the CronJob that makes the backups says which restore is at work. */
export const lockAnnotation = 'veza.app/restore';

const holderSchema = z.object({
  id: z.string(),
  /** Who restores, and where: `jane@laptop`. */
  who: z.string(),
  /** When it began, in RFC 3339. */
  since: z.string(),
});

/** A run of a restore, as the others see it. */
export type Holder = Readonly<z.infer<typeof holderSchema>>;

/** The restore that an object names, if any. What somebody wrote there by hand locks as well. */
export function holderOf({ metadata }: KubernetesObject): Holder | undefined {
  const text = metadata.annotations?.[lockAnnotation];
  if (text === undefined) return undefined;
  return holderSchema.safeParse(jsonOf(text)).data ?? { id: text, who: 'somebody', since: 'an unknown time' };
}

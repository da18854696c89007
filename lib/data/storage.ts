import { z } from 'zod';
import { quantity } from '../kubernetes/formats';

/** The volume that a store keeps its data on. */
export const storageSchema = z.strictObject({
  /** Name of the cluster's StorageClass. It cannot change later. */
  className: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'use the name of a StorageClass of the cluster, such as standard'),
  /** Bytes, such as `20Gi`. */
  size: quantity,
});

/** The volume that a store keeps its data on. */
export type Storage = z.infer<typeof storageSchema>;

import * as z from 'zod';
import { objectName, quantity } from '../kubernetes/formats';

/** The volume that a store keeps its data on. */
export const storageSchema = z.strictObject({
  /** Name of the cluster's StorageClass. It cannot change later. */
  className: objectName,
  /** Bytes, such as `20Gi`. */
  size: quantity,
});

/** The volume that a store keeps its data on. */
export type Storage = z.infer<typeof storageSchema>;

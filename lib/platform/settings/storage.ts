import * as z from 'zod';
import { objectName, quantityFrom } from './formats';

/** The volume that a store keeps its data on. */
export interface Storage {
  /** Name of the cluster's StorageClass, such as `standard`. It cannot change later. */
  readonly className: string;
  /** Bytes as a Kubernetes quantity, such as `20Gi`. A volume can grow (docs/operations.md), but never shrink. */
  readonly size: string;
}

/** @internal */
export const storageSchema = z.strictObject({ className: objectName, size: quantityFrom('1Mi') });

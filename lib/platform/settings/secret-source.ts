import * as z from 'zod';
import { objectName } from './formats';

/** Where the values of a Secret come from. */
export type SecretSource = ExistingSecret | SecretFromValues | ExternalSecretSource;

/** The Secret is created by hand or by another tool; the manifests only refer to it. */
export interface ExistingSecret {
  readonly kind: 'existing';
}

/**
 * The Secret is written to a file in `secrets/` at each synth, to be applied and then deleted: `<environment>.k8s.yaml`,
 * `<environment>-backup.k8s.yaml`, `<environment>-cache.k8s.yaml`, `<environment>-monitoring.k8s.yaml` or
 * `<environment>-logs.k8s.yaml`.
 */
export interface SecretFromValues {
  /** The literal `values`: they are read from the process environment and then from `.env.<environment>`. */
  readonly kind: 'values';
}

/** The External Secrets Operator copies the values from a store. */
export interface ExternalSecretSource {
  readonly kind: 'external';
  /** Kind of the operator's store object, for one namespace or the whole cluster, such as `ClusterSecretStore`. */
  readonly storeKind: 'SecretStore' | 'ClusterSecretStore';
  /** Name of that object, such as `vault`. */
  readonly storeName: string;
  /** Name of the entry in the store that has the secrets as its properties, such as `veza/production`. */
  readonly remoteKey: string;
  /** How often the operator copies, as a duration in hours, minutes and seconds, such as `1h` or `15m`. */
  readonly refreshInterval: string;
}

/** @internal */
export const secretSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('existing') }),
  z.strictObject({ kind: z.literal('values') }),
  z.strictObject({
    kind: z.literal('external'),
    storeKind: z.enum(['SecretStore', 'ClusterSecretStore']),
    storeName: objectName,
    remoteKey: z.string().min(1, 'is empty; name the entry in the store'),
    refreshInterval: z.string().regex(/^([1-9]\d*(h|m|s))+$/, 'use a duration such as 1h or 15m'),
  }),
]);

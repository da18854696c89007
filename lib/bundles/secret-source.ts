import * as z from 'zod';
import { objectName } from '../kubernetes/formats';

/**
 * Where the values of an environment's secrets come from.
 * - `existing`: somebody puts the Secret into the cluster; manifests only refer to it.
 * - `values`: `.env.<environment>` or the process environment, written to `secrets/<environment>.k8s.yaml`.
 * - `external`: the External Secrets Operator copies them from a store; each key is a property of `remoteKey`.
 */
export const secretSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('existing') }),
  z.strictObject({ kind: z.literal('values') }),
  z.strictObject({
    kind: z.literal('external'),
    storeKind: z.enum(['SecretStore', 'ClusterSecretStore'], 'use SecretStore or ClusterSecretStore'),
    storeName: objectName,
    /** Name of the entry in the store that has the secrets as its properties: `veza/production`. */
    remoteKey: z.string().min(1, 'is empty; name the entry in the store'),
    /** How often the operator copies, such as `1h`. */
    refreshInterval: z.string().regex(/^([1-9]\d*(h|m|s))+$/, 'use a duration such as 1h or 15m'),
  }),
]);

/** Where the values of an environment's secrets come from. */
export type SecretSource = z.infer<typeof secretSourceSchema>;

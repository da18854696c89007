import * as z from 'zod';
import type { Cache } from './settings/cache';
import type { Database } from './settings/database';
import { dnsLabel, objectName } from './settings/formats';

/** An object that manifests rely on and that something outside of them makes: by hand, an operator, another team. */
export interface ExternalObject {
  /** Kind of the object. */
  readonly kind: 'ConfigMap' | 'Secret' | 'Service' | 'ServiceAccount';
  /** Namespace that it is in, such as `databases`. */
  readonly namespace: string;
  /** Name of the object, such as `postgres-rw`. */
  readonly name: string;
}

const kinds = ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'] as const;

/** @internal */
export const externalObjectSchema = z.strictObject({
  kind: z.enum(kinds, `use one of ${kinds.join(', ')}`),
  namespace: dnsLabel,
  name: objectName,
});

/** As much of an environment as says what it relies on. */
interface ReliantEnvironment {
  readonly namespace: string;
  readonly external: readonly ExternalObject[];
  readonly database: Database;
  readonly cache: Cache;
}

/** Every object that an environment relies on and does not make, but for the Secrets that it names itself. */
export function externalObjects({ external, namespace, database, cache }: ReliantEnvironment): ExternalObject[] {
  const hosts = [database, cache].flatMap((store) => (store.kind === 'managed' ? [store.host] : []));
  return [...external, ...hosts.flatMap((host) => serviceOf(host, namespace))];
}

/** A host without a dot is a Service of the own namespace: an operator's, or one that leads to a server outside. */
function serviceOf(host: string, namespace: string): ExternalObject[] {
  return dnsLabel.safeParse(host).success ? [{ kind: 'Service', namespace, name: host }] : [];
}

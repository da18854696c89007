import * as z from 'zod';
import { nameMonitoringNamespace } from './namespaces';
import type { Cache } from './settings/cache';
import type { Database } from './settings/database';
import { dnsLabel, objectName } from './settings/formats';
import type { Monitoring } from './settings/monitoring';
import { findService, type RemoteWrite } from './settings/remote-write';

const kinds = ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'] as const;

/** An object that the manifests refer to but do not create: an operator, another team or a person does. */
export interface ExternalObject {
  /** Kind of the object, such as `Service`. */
  readonly kind: (typeof kinds)[number];
  /** Namespace that it is in, such as `databases`. */
  readonly namespace: string;
  /** Name of the object, such as `postgres-rw`. */
  readonly name: string;
}

/** @internal */
export const externalObjectSchema = z.strictObject({
  kind: z.enum(kinds),
  namespace: dnsLabel,
  name: objectName,
});

/** The fields of an environment that name external objects. */
interface ExternalReferences {
  readonly namespace: string;
  readonly external: readonly ExternalObject[];
  readonly database: Database;
  readonly cache: Cache;
  readonly monitoring: Monitoring;
}

/** Lists every external object of an environment, except the Secrets that it names itself. */
export function listExternalObjects(references: ExternalReferences): ExternalObject[] {
  const { external, namespace, database, cache, monitoring } = references;
  const remoteWrites = monitoring.kind === 'bundled' ? monitoring.remoteWrite : [];
  const hosts = [database, cache].flatMap((store) => (store.kind === 'managed' ? [store.host] : []));
  return [
    ...external,
    ...hosts.flatMap((host) => findServices(host, namespace)),
    ...listAuthorities(database, namespace),
    ...remoteWrites.flatMap((server) => listRemoteWriteObjects(server, nameMonitoringNamespace(namespace))),
  ];
}

/** What sends samples to a server needs: its authority, and the Service of one in the cluster. */
function listRemoteWriteObjects(server: RemoteWrite, namespace: string): ExternalObject[] {
  const { authority, destination, url } = server;
  const service = destination.kind === 'pods' ? findService(url) : undefined;
  return [
    ...(authority.kind === 'own' ? [{ kind: 'ConfigMap' as const, namespace, name: authority.configMap }] : []),
    ...(service === undefined ? [] : [{ kind: 'Service' as const, ...service }]),
  ];
}

/** The ConfigMap with which services verify a managed database. */
function listAuthorities(database: Database, namespace: string): ExternalObject[] {
  if (database.kind !== 'managed' || database.certificate.kind === 'unverified') return [];
  return [{ kind: 'ConfigMap', namespace, name: database.certificate.configMap }];
}

/** A host without a dot is a Service in the environment's namespace. */
function findServices(host: string, namespace: string): ExternalObject[] {
  return dnsLabel.safeParse(host).success ? [{ kind: 'Service', namespace, name: host }] : [];
}

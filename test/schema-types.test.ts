import type { z } from 'zod';
import type { Environment, environmentBase, ServiceSizing, serviceSizingSchema } from '../lib/platform/environment';
import type { BackupSettings, backupSchema } from '../lib/platform/settings/backup';
import type { Cache, cacheSchema } from '../lib/platform/settings/cache';
import type { Database, databaseSchema } from '../lib/platform/settings/database';
import type { DeploymentSettings, deploymentSchema } from '../lib/platform/settings/deployment';
import type { IngressSettings, ingressSchema } from '../lib/platform/settings/edge';
import type { ExtraContainer, sidecarSchema } from '../lib/platform/settings/extra-container';
import type { PatchOperation, patchOperationSchema } from '../lib/platform/settings/json-patch';
import type { ClusterSettings, clusterSchema } from '../lib/platform/settings/kubernetes';
import type { Monitoring, monitoringSchema } from '../lib/platform/settings/monitoring';
import type { PostgresParameters, postgresParameters } from '../lib/platform/settings/postgres-parameters';
import type { PrioritySettings, prioritySchema } from '../lib/platform/settings/priorities';
import type { PrometheusSettings, prometheusSettings } from '../lib/platform/settings/prometheus';
import type { Receiver, Receivers, receiverSchema, receiversSchema } from '../lib/platform/settings/receivers';
import type {
  ContainerResources,
  containerResources,
  Storage,
  storageSchema,
} from '../lib/platform/settings/resources';
import type { Scaling, scalingSchema } from '../lib/platform/settings/scaling';
import type { SecretSource, secretSourceSchema } from '../lib/platform/settings/secret-source';

/**
 * What is published is an interface with documented fields, and what is validated is a schema. Each pair here has to be
 * the same type: `tsc`, which checks this file too, refuses `true` where one has a field, or a word, that the other lacks.
 */

type Pure<T> = T extends object ? { readonly [Key in keyof T]: Pure<T[Key]> } : T;
type Same<A, B> = (<T>() => T extends Pure<A> ? 1 : 2) extends <T>() => T extends Pure<B> ? 1 : 2 ? true : false;
type Describes<Interface, Schema extends z.ZodType> = Same<Interface, z.infer<Schema>>;

/** What an environment states whichever platform it runs. */
type Common = Omit<Environment, 'releases' | 'services' | 'settings' | 'extensions' | 'addOns'>;

const pairs: {
  readonly backup: Describes<BackupSettings, typeof backupSchema>;
  readonly cache: Describes<Cache, typeof cacheSchema>;
  readonly cluster: Describes<ClusterSettings, typeof clusterSchema>;
  readonly database: Describes<Database, typeof databaseSchema>;
  readonly deployment: Describes<DeploymentSettings, typeof deploymentSchema>;
  readonly environment: Describes<Common, typeof environmentBase>;
  readonly ingress: Describes<IngressSettings, typeof ingressSchema>;
  readonly monitoring: Describes<Monitoring, typeof monitoringSchema>;
  /** What is Kubernetes' own in a container is validated with the finished object. */
  readonly extraContainer: Same<keyof ExtraContainer, keyof z.infer<typeof sidecarSchema>>;
  readonly parameters: Describes<PostgresParameters, typeof postgresParameters>;
  readonly patch: Describes<PatchOperation, typeof patchOperationSchema>;
  readonly priorities: Describes<PrioritySettings, typeof prioritySchema>;
  readonly prometheus: Describes<PrometheusSettings, typeof prometheusSettings>;
  readonly receiver: Describes<Receiver, typeof receiverSchema>;
  readonly receivers: Describes<Receivers, typeof receiversSchema>;
  readonly resources: Describes<ContainerResources, typeof containerResources>;
  readonly scaling: Describes<Scaling, typeof scalingSchema>;
  readonly secrets: Describes<SecretSource, typeof secretSourceSchema>;
  readonly sizing: Describes<ServiceSizing, typeof serviceSizingSchema>;
  readonly storage: Describes<Storage, typeof storageSchema>;
} = {
  backup: true,
  cache: true,
  cluster: true,
  database: true,
  deployment: true,
  environment: true,
  ingress: true,
  monitoring: true,
  extraContainer: true,
  parameters: true,
  patch: true,
  priorities: true,
  prometheus: true,
  receiver: true,
  receivers: true,
  resources: true,
  scaling: true,
  secrets: true,
  sizing: true,
  storage: true,
};

const different: {
  readonly missing: Same<{ a: string }, { a: string; b: number }>;
  readonly optional: Same<{ a: string }, { a?: string }>;
  readonly word: Same<{ kind: 'a' | 'b' }, { kind: 'a' }>;
  readonly type: Same<{ inner: { a: string } }, { inner: { a: number } }>;
} = { missing: false, optional: false, word: false, type: false };

test('every published interface is the type of what its schema accepts', () => {
  expect(Object.values(pairs)).not.toContain(false);
  expect(Object.values(different)).not.toContain(true);
});

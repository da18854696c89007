import * as z from 'zod';
import { secretSourceSchema } from '../bundles/secret-source';
import type { StatedValues } from '../bundles/settings';
import { cacheSchema } from '../data/cache';
import { databaseSchema } from '../data/database';
import { ingressSchema } from '../edge/ingress-settings';
import { cidr, dnsLabel, hostname, objectName, port } from '../kubernetes/formats';
import { containerResources } from '../kubernetes/resources';
import { monitoringSchema } from '../monitoring/monitoring-settings';
import { prioritySchema } from '../namespace/priorities';
import type { Platform, ServiceName } from '../platform';
import { scalingSchema } from '../services/scaling';
import { deploymentSchema } from './deployment-settings';

/** How large a service is in one environment. */
export const serviceSizingSchema = z.strictObject({ scaling: scalingSchema, resources: containerResources });

/** How large a service is in one environment. */
export type ServiceSizing = z.infer<typeof serviceSizingSchema>;

/** What every environment states, whichever platform it runs. */
export const environmentBase = z.strictObject({
  /** Names its files in `dist`, and is what the services read as ENV: `production`. */
  name: dnsLabel.refine((name) => name !== 'cluster' && !/-(monitoring|backup)$/.test(name), {
    error: 'would take the name of another file; choose one that is not cluster, nor ends in -monitoring or -backup',
  }),
  /** Namespace of all its objects. Monitoring lives in one of the same name with `-monitoring` behind. */
  namespace: dnsLabel.max(52, 'use at most 52 characters: -monitoring is put behind it'),
  /** Domain of its public hosts: `veza.app` for api.veza.app. */
  domain: hostname,
  deployment: deploymentSchema,
  ingress: ingressSchema,
  /** Where the Kubernetes API is reached from pods: its endpoints, which no selector can name. */
  apiServer: z.strictObject({
    cidrs: z.array(cidr).min(1, 'is empty; name at least one range').readonly(),
    ports: z.array(port).min(1, 'is empty; name at least one port').readonly(),
  }),
  /** Secrets with which the nodes pull the services' images; none for public images. */
  imagePullSecrets: z.array(objectName).readonly(),
  priorities: prioritySchema,
  database: databaseSchema,
  cache: cacheSchema,
  secrets: secretSourceSchema,
  monitoring: monitoringSchema,
});

/** An environment as a value: every field stated, nothing inherited. What is the same everywhere is not part of it. */
export type Environment<P extends Platform = Platform> = Readonly<z.infer<typeof environmentBase>> & {
  /** Release of each service: the tag of its image. VEZA_VERSION replaces them all. */
  readonly releases: { readonly [Name in ServiceName<P>]: string };
  /** How large each service is. */
  readonly services: { readonly [Name in ServiceName<P>]: ServiceSizing };
  /** The settings that differ between environments. */
  readonly settings: StatedValues<P['settings']>;
  readonly monitoring: {
    /** Per cent of each service's events that are to be good over 30 days. */
    readonly objectives: { readonly [Name in ServiceName<P>]: number };
  };
};

/** Namespace of the monitoring of an environment. */
export function monitoringNamespace(namespace: string): string {
  return `${namespace}-monitoring`;
}

import type { Construct } from 'constructs';
import * as z from 'zod';
import { checkUnique } from './errors';
import type { NamespaceScope } from './namespaces';
import { isPromql } from './promql';
import { makeCallsSchema, type OutsidePeer } from './settings/extensions';
import { dnsLabel, port, ports, quantity } from './settings/formats';
import { type ReceivedSeverity, severities } from './settings/receivers';
import { type QuotaUsage, quotaUsageSchema } from './settings/resources';

/**
 * Objects that another project makes, in the chart of an environment. They get its namespace and the labels of the platform
 * where they state none, and are in its quota, connection graph and monitoring.
 */
export interface AddOn {
  /** Name in the chart, such as `queue`. */
  readonly name: string;
  /** Its workloads, as quota, network policies and monitoring know them, such as `() => [queue]`. */
  readonly workloads: (context: AddOnContext) => readonly AddOnWorkload[];
  /** Sizes of volumes that its objects claim apart from those workloads, such as `['20Gi']` for one that a service mounts. @default - none */
  readonly claims?: readonly string[];
  /** Makes its objects, such as `(scope, { labels }) => new Queue(scope, 'queue', { labels })`. */
  readonly make: (scope: Construct, context: AddOnContext) => void;
  /** Alerts on its metrics, such as `() => [queueFull]`. @default - that of a missing target alone */
  readonly alerts?: (context: AddOnContext) => readonly AddOnAlert[];
}

/** An alert on the metrics of an add-on. */
export interface AddOnAlert {
  /** Name of the alert, such as `QueueFull`. */
  readonly name: string;
  /** `critical` pages, `warning` can wait until the next working day. */
  readonly severity: ReceivedSeverity;
  /** PromQL that returns a series for each problem, such as `queue_messages{job="queue"} > 1000`. */
  readonly expr: string;
  /** How long the problem must last before it fires, such as `10m`. */
  readonly for: string;
  /** One line: what is wrong with which object. */
  readonly summary: string;
  /** Details, with the value in its unit. */
  readonly description: string;
  /** URL of its runbook, such as `https://example.com/runbooks/QueueFull`. */
  readonly runbook: string;
}

/** What an add-on knows of its environment. */
export interface AddOnContext {
  /** Namespace, platform and environment, as constructs of this package take them. */
  readonly namespaceScope: NamespaceScope;
  /** Domain of the public hosts, such as `staging.veza.app`. */
  readonly domain: string;
  /** Names of the PriorityClasses. */
  readonly priorities: {
    /** That of the services, such as `veza-staging-services`. */
    readonly services: string;
    /** That of the stores, which are evicted later, such as `veza-staging-stores`. */
    readonly stores: string;
  };
  /** Names of the Secrets of private registries, such as `['registry']`. */
  readonly imagePullSecrets: readonly string[];
  /**
   * Labels of the objects and pods of a workload. The network policies find its pods by `app`, so its pods have to have them.
   * @param component its role in the platform: `queue`
   */
  readonly labels: (workload: string, component: string) => Record<string, string>;
}

/** A workload of an add-on. */
export interface AddOnWorkload {
  /** What it takes of the quota, and its name, which is the label `app` of its pods. */
  readonly usage: QuotaUsage;
  /** What its pods call: services and well-known peers by name, such as `database`, and others by address. */
  readonly calls: readonly (string | OutsidePeer)[];
  /** What calls its pods, and on which ports. */
  readonly calledBy: readonly AddOnCaller[];
  /** Port, named `metrics`, on which its pods are scraped, or `none`. Its job is named as the workload. */
  readonly metricsPort: number | 'none';
}

/** What calls a workload of an add-on. */
export interface AddOnCaller {
  /** A service of the platform, a workload of an add-on, or `edge` for clients outside the cluster. */
  readonly name: string;
  /** Ports that the pods listen on. */
  readonly ports: readonly number[];
}

/** Clients outside the cluster, as a caller. */
export const edgeCaller = 'edge';

/** A function cannot be looked into. */
const anyFunction = z.custom((value) => typeof value === 'function', 'use a function');

/** @internal */
export const addOnsSchema = z
  .array(
    z.strictObject({
      name: dnsLabel,
      workloads: anyFunction,
      claims: z.array(quantity).optional(),
      make: anyFunction,
      alerts: anyFunction.optional(),
    }),
  )
  .superRefine(checkUnique('name', 'rename one'))
  .readonly();

const line = z.string().min(1, 'is empty; state it');

/** @internal */
export const addOnAlertsSchema = z.array(
  z.strictObject({
    name: z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'use a name such as QueueFull'),
    severity: z.enum(severities),
    expr: line.refine(isPromql, 'is not PromQL'),
    for: z.string().regex(/^\d+(s|m|h|d)$/, 'use a duration such as 10m'),
    summary: line,
    description: line,
    runbook: z.url('use a URL'),
  }),
);

/**
 * The workloads of add-ons of a platform with these services.
 * @internal
 */
export function makeAddOnWorkloadsSchema(services: readonly string[], workloads: readonly string[]): z.ZodType {
  const callers = [...services, ...workloads, edgeCaller];
  return z.array(
    z.strictObject({
      usage: quotaUsageSchema,
      calls: makeCallsSchema(services),
      calledBy: z.array(z.strictObject({ name: z.enum(callers), ports })),
      metricsPort: z.union([port, z.literal('none')], 'use a port, or none'),
    }),
  );
}

import { labelWorkload } from '../constructs/kubernetes/metadata';
import { makePodUsage } from '../constructs/kubernetes/resources';
import { namePriorityClass } from '../constructs/namespace/priorities';
import { type Endpoint, listDnsConnections } from '../constructs/network/connection-graph';
import { tcp, workload } from '../constructs/network/well-known-peers';
import {
  type AddOn,
  type AddOnAlert,
  type AddOnContext,
  type AddOnWorkload,
  addOnAlertsSchema,
  edgeCaller,
  makeAddOnWorkloadsSchema,
} from '../platform/add-on';
import type { Connection, Peer } from '../platform/connection';
import type { Environment } from '../platform/environment';
import { findSchemaProblems, readErrorMessage, throwIfInvalid, ValidationError } from '../platform/errors';
import type { Platform } from '../platform/platform';
import type { QuotaUsage } from '../platform/settings/resources';
import { nameServiceWorkload } from '../platform/workload-names';
import { makeNamespaceScope } from './environment-namespaces';
import { listExtendedConnections } from './extension-effects';

/** What the add-ons of an environment know of it. */
export function makeAddOnContext(platform: Platform, environment: Environment): AddOnContext {
  const { domain, imagePullSecrets } = environment;
  const namespaceScope = makeNamespaceScope(platform, environment);
  return {
    namespaceScope,
    domain,
    imagePullSecrets,
    priorities: {
      services: namePriorityClass(namespaceScope, 'services'),
      stores: namePriorityClass(namespaceScope, 'stores'),
    },
    labels: (workload, component) => labelWorkload({ ...namespaceScope, name: workload, component }),
  };
}

/**
 * The workloads of all add-ons of an environment.
 * @throws ValidationError that names everything that is wrong in them
 */
export function listAddOnWorkloads(platform: Platform, environment: Environment): AddOnWorkload[] {
  const stated = readStatements(platform, environment, ({ workloads }, context) => workloads(context));
  if (stated.length === 0) return [];
  const services = platform.services.map(({ name }) => name);
  const names = stated.flatMap(({ value }) => [value].flat().flatMap(readName));
  const schema = makeAddOnWorkloadsSchema(services, names);
  throwIfInvalid(stated.flatMap(({ where, value }) => findSchemaProblems(schema, value, `${where}.workloads`)));
  return stated.flatMap(({ value }) => value);
}

/** What the add-ons of an environment take of its quota: their workloads, and volumes that none of these claims. */
export function listAddOnUsages(platform: Platform, environment: Environment): QuotaUsage[] {
  const apart = environment.addOns.filter(({ claims = [] }) => claims.length > 0);
  return [
    ...listAddOnWorkloads(platform, environment).map(({ usage }) => usage),
    ...apart.map(({ name, claims = [] }) => makePodUsage(name, 1, [], claims)),
  ];
}

/** The alerts of an add-on, by its name. */
export interface AddOnAlerts {
  readonly name: string;
  readonly alerts: readonly AddOnAlert[];
}

/**
 * The alerts of each add-on of an environment.
 * @throws ValidationError that names everything that is wrong in them
 */
export function listAddOnAlerts(platform: Platform, environment: Environment): AddOnAlerts[] {
  const stated = readStatements(platform, environment, ({ alerts }, context) => alerts?.(context) ?? []);
  throwIfInvalid(stated.flatMap(({ where, value }) => findSchemaProblems(addOnAlertsSchema, value, `${where}.alerts`)));
  return stated.map(({ name, value }) => ({ name, alerts: value }));
}

/** What each add-on states about itself, with its place in errors. */
function readStatements<T>(
  platform: Platform,
  environment: Environment,
  ask: (addOn: AddOn, context: AddOnContext) => T,
): { readonly name: string; readonly where: string; readonly value: T }[] {
  const context = makeAddOnContext(platform, environment);
  return environment.addOns.map((addOn) => {
    const where = `${environment.name}.addOns.${addOn.name}`;
    try {
      return { name: addOn.name, where, value: ask(addOn, context) };
    } catch (error) {
      throw new ValidationError([`${where}: ${readErrorMessage(error)}`]);
    }
  });
}

function readName(stated: unknown): string[] {
  const name: unknown = Object(Object(stated).usage).workload;
  return typeof name === 'string' ? [name] : [];
}

/** Where the peers of add-ons are. */
export interface AddOnPeers {
  /** Where a peer that is called by name is found. */
  readonly resolve: (name: string) => Endpoint;
  /** The peers from which requests from outside arrive. */
  readonly gateways: readonly Peer[];
  /** The peers that scrape metrics. */
  readonly scrapers: readonly Peer[];
}

/** Every connection that the pods of add-ons make or accept. */
export function listAddOnConnections(
  platform: Platform,
  environment: Environment,
  { resolve, gateways, scrapers }: AddOnPeers,
): Connection[] {
  const services = new Set<string>(platform.services.map(({ name }) => name));
  const callers = (name: string): readonly Peer[] => {
    if (name === edgeCaller) return gateways;
    return [workload(services.has(name) ? nameServiceWorkload(platform.name, name) : name)];
  };
  return listAddOnWorkloads(platform, environment).flatMap(({ usage, calls, calledBy, metricsPort }) => {
    const pods = workload(usage.workload);
    return [
      ...calledBy.flatMap(({ name, ports }) =>
        callers(name).map((from) => ({ from, to: pods, ports: ports.map(tcp) })),
      ),
      ...(metricsPort === 'none' ? [] : scrapers.map((from) => ({ from, to: pods, ports: [tcp(metricsPort)] }))),
      ...listExtendedConnections([{ workload: usage.workload, calls }], [], resolve),
      ...listDnsConnections(pods),
    ];
  });
}

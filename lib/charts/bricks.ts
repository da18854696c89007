import { labelWorkload } from '../constructs/kubernetes/metadata';
import { makePodUsage } from '../constructs/kubernetes/resources';
import { namePriorityClass } from '../constructs/namespace/priorities';
import { type Endpoint, listDnsConnections } from '../constructs/network/connection-graph';
import { tcp, workload } from '../constructs/network/well-known-peers';
import {
  type Brick,
  type BrickAlert,
  type BrickContext,
  type BrickWorkload,
  brickAlertsSchema,
  edgeCaller,
  makeBrickWorkloadsSchema,
} from '../platform/brick';
import type { Connection, Peer } from '../platform/connection';
import type { Environment } from '../platform/environment';
import { findSchemaProblems, readErrorMessage, throwIfInvalid, ValidationError } from '../platform/errors';
import type { Platform } from '../platform/platform';
import type { QuotaUsage } from '../platform/settings/resources';
import { nameServiceWorkload } from '../platform/workload-names';
import { makeNamespaceScope } from './environment-namespaces';
import { listExtendedConnections } from './extension-effects';

/** What the bricks of an environment know of it. */
export function makeBrickContext(platform: Platform, environment: Environment): BrickContext {
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
 * The workloads of all bricks of an environment.
 * @throws ValidationError that names everything that is wrong in them
 */
export function listBrickWorkloads(platform: Platform, environment: Environment): BrickWorkload[] {
  const stated = readStatements(platform, environment, ({ workloads }, context) => workloads(context));
  if (stated.length === 0) return [];
  const services = platform.services.map(({ name }) => name);
  const names = stated.flatMap(({ value }) => [value].flat().flatMap(readName));
  const schema = makeBrickWorkloadsSchema(services, names);
  throwIfInvalid(stated.flatMap(({ where, value }) => findSchemaProblems(schema, value, `${where}.workloads`)));
  return stated.flatMap(({ value }) => value);
}

/** What the bricks of an environment take of its quota: their workloads, and volumes that none of these claims. */
export function listBrickUsages(platform: Platform, environment: Environment): QuotaUsage[] {
  const apart = environment.bricks.filter(({ claims = [] }) => claims.length > 0);
  return [
    ...listBrickWorkloads(platform, environment).map(({ usage }) => usage),
    ...apart.map(({ name, claims = [] }) => makePodUsage(name, 1, [], claims)),
  ];
}

/** The alerts of a brick, by its name. */
export interface BrickAlerts {
  readonly name: string;
  readonly alerts: readonly BrickAlert[];
}

/**
 * The alerts of each brick of an environment.
 * @throws ValidationError that names everything that is wrong in them
 */
export function listBrickAlerts(platform: Platform, environment: Environment): BrickAlerts[] {
  const stated = readStatements(platform, environment, ({ alerts }, context) => alerts?.(context) ?? []);
  throwIfInvalid(stated.flatMap(({ where, value }) => findSchemaProblems(brickAlertsSchema, value, `${where}.alerts`)));
  return stated.map(({ name, value }) => ({ name, alerts: value }));
}

/** What each brick states about itself, with its place in errors. */
function readStatements<T>(
  platform: Platform,
  environment: Environment,
  ask: (brick: Brick, context: BrickContext) => T,
): { readonly name: string; readonly where: string; readonly value: T }[] {
  const context = makeBrickContext(platform, environment);
  return environment.bricks.map((brick) => {
    const where = `${environment.name}.bricks.${brick.name}`;
    try {
      return { name: brick.name, where, value: ask(brick, context) };
    } catch (error) {
      throw new ValidationError([`${where}: ${readErrorMessage(error)}`]);
    }
  });
}

function readName(stated: unknown): string[] {
  const name: unknown = Object(Object(stated).usage).workload;
  return typeof name === 'string' ? [name] : [];
}

/** Where the peers of bricks are. */
export interface BrickPeers {
  /** Where a peer that is called by name is found. */
  readonly resolve: (name: string) => Endpoint;
  /** The peers from which requests from outside arrive. */
  readonly gateways: readonly Peer[];
  /** The peers that scrape metrics. */
  readonly scrapers: readonly Peer[];
}

/** Every connection that the pods of bricks make or accept. */
export function listBrickConnections(
  platform: Platform,
  environment: Environment,
  { resolve, gateways, scrapers }: BrickPeers,
): Connection[] {
  const services = new Set<string>(platform.services.map(({ name }) => name));
  const callers = (name: string): readonly Peer[] => {
    if (name === edgeCaller) return gateways;
    return [workload(services.has(name) ? nameServiceWorkload(platform.name, name) : name)];
  };
  return listBrickWorkloads(platform, environment).flatMap(({ usage, calls, calledBy, metricsPort }) => {
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

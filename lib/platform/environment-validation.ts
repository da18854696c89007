import * as z from 'zod';
import { bricksSchema } from './brick';
import { connectionBudget, connectionProblems } from './connection-budget';
import { roleProblems } from './database-roles';
import {
  type Environment,
  edgeNamespace,
  environmentBase,
  logsNamespace,
  monitoringNamespace,
  serviceSizingSchema,
} from './environment';
import { type Problem, schemaProblems, ValidationError, validFields } from './errors';
import { extensionProblems } from './extension-targets';
import { type Platform, platformProblems } from './platform';
import { releaseSchema } from './release';
import { gatewayOf, ingressOf } from './settings/edge';
import { extensionsOf } from './settings/extensions';
import type { Cluster } from './settings/kubernetes';
import { monitoringWith } from './settings/monitoring';
import { objectiveSchema } from './settings/objectives';
import { parseQuantity } from './settings/quantity';
import { queueMemoryProblems } from './settings/remote-write';

/** Validates an environment. Each problem is one line with path, value and remedy. */
export function validateEnvironment(platform: Platform, environment: Environment): readonly Problem[] {
  const where = nameOf(environment);
  const problems = isValidPlatform(platform)
    ? schemaProblems(environmentSchema(platform), environment, where)
    : platformProblems(platform);
  // The other checks compute with the values, so they run only if each value is valid.
  if (problems.length > 0) return problems;
  return [
    ...roleProblems(platform, environment, where),
    ...connectionProblems(connectionBudget(platform, environment), where),
    ...tmpSizeProblems(platform, environment, where),
    ...deploymentProblems(platform, environment, where),
    ...priorityProblems(environment, where),
    ...logsProblems(environment, where),
    ...edgeProblems(environment, where),
    ...listenerProblems(platform, environment, where),
    ...extensionProblems(platform, environment, where),
    ...remoteWriteProblems(environment, where),
  ];
}

/** A platform with one of its environments, both validated: where one is required, nothing is validated again. */
export class ValidEnvironment {
  private constructor(
    readonly platform: Platform,
    readonly environment: Environment,
  ) {}

  /** Validates an environment: the result is valid, or the list of its problems. */
  static check(platform: Platform, environment: Environment): ValidEnvironment | readonly Problem[] {
    const problems = validateEnvironment(platform, environment);
    return problems.length > 0 ? problems : new ValidEnvironment(platform, environment);
  }

  /**
   * Returns what is validated already as it is, and validates anything else.
   * @throws ValidationError that names every problem of the environment
   */
  static of(props: Pick<ValidEnvironment, 'platform' | 'environment'>): ValidEnvironment {
    if (props instanceof ValidEnvironment) return props;
    const checked = ValidEnvironment.check(props.platform, props.environment);
    if (checked instanceof ValidEnvironment) return checked;
    throw new ValidationError(checked);
  }
}

/** The valid fields of an environment, for checks that need only some of them. */
export function validEnvironmentFields(platform: Platform, environment: Environment): Partial<Environment> {
  return validFields(environmentSchema(platform).shape, environment);
}

/** Name of an environment in its problems. */
function nameOf(environment: unknown): string {
  const { name } = Object(environment);
  return typeof name === 'string' && name !== '' ? name : 'environment';
}

function isValidPlatform(platform: Platform): boolean {
  return platformProblems(platform).length === 0;
}

/** Compiling a schema takes longer than validating an environment with it, so it is kept per platform. */
const known = new WeakMap<Platform, z.ZodObject>();

/**
 * The schema of the environments of a platform.
 * @internal
 */
export function environmentSchema(platform: Platform): z.ZodObject {
  const schema = known.get(platform) ?? makeSchema(platform);
  known.set(platform, schema);
  return schema;
}

function makeSchema(platform: Platform): z.ZodObject {
  const stated = Object.entries(platform.settings).flatMap(([name, setting]) =>
    setting.kind === 'stated' ? [[name, z.custom(setting.accepts, setting.remedy)] as const] : [],
  );
  return environmentBase.extend({
    releases: perService(platform, releaseSchema),
    services: perService(platform, serviceSizingSchema),
    settings: z.strictObject(
      Object.fromEntries(stated),
      unknownKey('is not a setting that environments state; declare it in the platform or remove it'),
    ),
    monitoring: monitoringWith(perService(platform, objectiveSchema)),
    ingress: z.undefined("is stated in edge now; write edge: { kind: 'ingress', … } with the same fields").optional(),
    extensions: extensionsOf(platform.services.map(({ name }) => name)),
    bricks: bricksSchema,
  });
}

function perService({ services }: Platform, schema: z.ZodType): z.ZodType {
  const fields = services.map(({ name }) => [name, schema] as const);
  return z.strictObject(Object.fromEntries(fields), unknownKey('is not a service of the platform; remove it'));
}

function unknownKey(message: string): { error: (issue: { code?: string }) => string | undefined } {
  return { error: ({ code }) => (code === 'unrecognized_keys' ? message : undefined) };
}

/** A full /tmp must not get a pod evicted. */
function tmpSizeProblems(platform: Platform, environment: Environment, where: string): Problem[] {
  return platform.services.flatMap(({ name, tmpSize }) => {
    const limit = environment.services[name]?.resources.limits.ephemeralStorage ?? tmpSize;
    if (parseQuantity(limit) >= parseQuantity(tmpSize)) return [];
    const path = `${where}.services.${name}.resources.limits.ephemeralStorage`;
    return [`${path}: ${JSON.stringify(limit)}: is below the ${tmpSize} that its /tmp may hold; raise it`];
  });
}

/** Deployment settings that the platform or the database makes impossible. */
function deploymentProblems({ services }: Platform, environment: Environment, where: string): Problem[] {
  const { migration, backup } = environment.deployment;
  const known = services.map(({ name }) => name);
  return [
    ...(migration.kind === 'job' && !known.includes(migration.service)
      ? [
          `${where}.deployment.migration.service: ${JSON.stringify(migration.service)}: is not a service of the ` +
            `platform; use one of ${known.join(', ')}`,
        ]
      : []),
    ...(backup && environment.database.kind === 'managed'
      ? [`${where}.deployment.backup: true: a managed database is backed up by its provider; use false`]
      : []),
    ...(backup && environment.database.kind === 'ephemeral'
      ? [`${where}.deployment.backup: true: an ephemeral database has no backups; use false`]
      : []),
  ];
}

/** When a node is full, monitoring must be evicted before a service. */
function priorityProblems({ priorities, monitoring }: Environment, where: string): Problem[] {
  if (monitoring.kind === 'none' || monitoring.priority < priorities.services) return [];
  const path = `${where}.monitoring.priority`;
  return [
    `${path}: ${monitoring.priority}: is not below priorities.services, which is ${priorities.services}; lower it`,
  ];
}

/** Without monitoring no Grafana shows the lines, and no alert reads their counters. */
function logsProblems({ monitoring, logs }: Environment, where: string): Problem[] {
  if (monitoring.kind !== 'none' || logs.kind === 'none') return [];
  return [
    `${where}.logs.kind: "${logs.kind}": needs monitoring, and monitoring.kind is none; state bundled or operator ` +
      'there, or none here',
  ];
}

function remoteWriteProblems({ monitoring }: Environment, where: string): Problem[] {
  if (monitoring.kind !== 'bundled') return [];
  const { remoteWrite, prometheus } = monitoring;
  return queueMemoryProblems(remoteWrite, prometheus.resources, `${where}.monitoring.remoteWrite`);
}

/** Metrics of an ingress controller that leads no requests to the environment, and of a Gateway that is not known. */
function edgeProblems({ edge, monitoring }: Environment, where: string): Problem[] {
  if (monitoring.kind !== 'bundled') return [];
  const { ingressNginx, gateway } = monitoring.externalTargets;
  const problem = (field: string, value: string, why: string) =>
    `${where}.monitoring.externalTargets.${field}: ${JSON.stringify(value)}: ${why}; use none`;
  const implementation = gatewayOf(edge)?.implementation ?? 'none';
  return [
    ...(ingressNginx !== 'none' && ingressOf(edge) === undefined
      ? [problem('ingressNginx', ingressNginx, `edge.kind is ${edge.kind}, which has no ingress controller`)]
      : []),
    ...(gateway !== 'none' && ['none', 'portable'].includes(implementation)
      ? [problem('gateway', gateway, 'no Gateway is stated whose metrics are known')]
      : []),
  ];
}

/** Public hosts of one Gateway: the API server takes 64 listeners, and one of them redirects to HTTPS. */
const mostHosts = 63;

function listenerProblems({ name, services }: Platform, { edge }: Environment, where: string): Problem[] {
  const hosts = services.filter(({ exposure }) => exposure !== 'internal').length;
  if (gatewayOf(edge) === undefined || hosts <= mostHosts) return [];
  return [
    `${where}.edge.kind: "${edge.kind}": ${name} has ${hosts} public hosts, and a Gateway has listeners for ${mostHosts}; ` +
      'use ingress, or divide the platform',
  ];
}

/** A name that one environment or the cluster uses, and no other may use. */
interface UniqueName {
  readonly owner: string;
  readonly field: string;
  readonly value: string;
}

/** The names of an environment, as far as they are names. */
type Named = Partial<Pick<Environment, 'name' | 'namespace' | 'domain'>>;

/** Names that are used twice: files or objects would overwrite each other, or share one host. */
export function environmentConflicts(environments: readonly Named[], cluster: Cluster): Problem[] {
  const namespaces = environments.flatMap(({ name, namespace }) => [
    ...claims(name, 'namespace', namespace),
    ...claims(name, 'namespace', namespace && monitoringNamespace(namespace)),
    ...claims(name, 'namespace', namespace && logsNamespace(namespace)),
    ...claims(name, 'namespace', namespace && edgeNamespace(namespace)),
  ]);
  const nodes = cluster === 'none' ? [] : claims('cluster', 'namespace', cluster.namespace);
  return [
    ...conflicts(environments.flatMap(({ name }) => claims(name, 'name', name))),
    ...conflicts([...namespaces, ...nodes]),
    ...conflicts(environments.flatMap(({ name, domain }) => claims(name, 'domain', domain))),
  ];
}

function claims(owner = 'environment', field: string, value: string | undefined): UniqueName[] {
  return value === undefined ? [] : [{ owner, field, value }];
}

function conflicts(claims: readonly UniqueName[]): Problem[] {
  return claims.flatMap(({ owner, field, value }, index) => {
    const first = claims.findIndex((claim) => claim.value === value);
    if (first === index) return [];
    return [`${owner}.${field}: ${JSON.stringify(value)}: is ${claims[first]?.owner}'s already; choose another`];
  });
}

import * as z from 'zod';
import { addOnsSchema } from './add-on';
import { computeConnectionBudget, findConnectionProblems } from './connection-budget';
import { findRoleProblems } from './database-roles';
import { type Environment, environmentBase, serviceSizingSchema } from './environment';
import { findRuleProblems } from './environment-rules';
import { findSchemaProblems, type Problem, pickValidFields, ValidationError } from './errors';
import { findExtensionProblems } from './extension-targets';
import { findPlatformProblems, type Platform } from './platform';
import { releaseSchema } from './release';
import { makeExtensionsSchema } from './settings/extensions';
import { makeMonitoringSchema } from './settings/monitoring';
import { objectiveSchema } from './settings/objectives';

/** Validates an environment. Each problem is one line with path, value and remedy. */
export function validateEnvironment(platform: Platform, environment: Environment): readonly Problem[] {
  const where = readName(environment);
  const problems = isValidPlatform(platform)
    ? findSchemaProblems(getEnvironmentSchema(platform), environment, where)
    : findPlatformProblems(platform);
  // The other checks compute with the values, so they run only if each value is valid.
  if (problems.length > 0) return problems;
  return [
    ...findRoleProblems(platform, environment, where),
    ...findConnectionProblems(computeConnectionBudget(platform, environment), where),
    ...findRuleProblems(platform, environment, where),
    ...findExtensionProblems(platform, environment, where),
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
export function pickValidEnvironmentFields(platform: Platform, environment: Environment): Partial<Environment> {
  return pickValidFields(getEnvironmentSchema(platform).shape, environment);
}

/** Name of an environment in its problems. */
function readName(environment: unknown): string {
  const { name } = Object(environment);
  return typeof name === 'string' && name !== '' ? name : 'environment';
}

function isValidPlatform(platform: Platform): boolean {
  return findPlatformProblems(platform).length === 0;
}

/** Compiling a schema takes longer than validating an environment with it, so it is kept per platform. */
const known = new WeakMap<Platform, z.ZodObject>();

/**
 * The schema of the environments of a platform.
 * @internal
 */
export function getEnvironmentSchema(platform: Platform): z.ZodObject {
  const schema = known.get(platform) ?? makeSchema(platform);
  known.set(platform, schema);
  return schema;
}

function makeSchema(platform: Platform): z.ZodObject {
  const stated = Object.entries(platform.settings).flatMap(([name, setting]) =>
    setting.kind === 'stated' ? [[name, z.custom(setting.accepts, setting.remedy)] as const] : [],
  );
  return environmentBase.extend({
    releases: makeServiceRecord(platform, releaseSchema),
    services: makeServiceRecord(platform, serviceSizingSchema),
    settings: z.strictObject(
      Object.fromEntries(stated),
      refuseUnknownKey('is not a setting that environments state; declare it in the platform or remove it'),
    ),
    monitoring: makeMonitoringSchema(makeServiceRecord(platform, objectiveSchema)),
    ingress: z.undefined("is stated in edge now; write edge: { kind: 'ingress', … } with the same fields").optional(),
    extensions: makeExtensionsSchema(platform.services.map(({ name }) => name)),
    addOns: addOnsSchema,
  });
}

function makeServiceRecord({ services }: Platform, schema: z.ZodType): z.ZodType {
  const fields = services.map(({ name }) => [name, schema] as const);
  return z.strictObject(Object.fromEntries(fields), refuseUnknownKey('is not a service of the platform; remove it'));
}

function refuseUnknownKey(message: string): { error: (issue: { code?: string }) => string | undefined } {
  return { error: ({ code }) => (code === 'unrecognized_keys' ? message : undefined) };
}

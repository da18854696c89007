import * as z from 'zod';
import { bricksSchema } from './brick';
import { connectionBudget, connectionProblems } from './connection-budget';
import { roleProblems } from './database-roles';
import { type Environment, environmentBase, serviceSizingSchema } from './environment';
import { ruleProblems } from './environment-rules';
import { type Problem, schemaProblems, ValidationError, validFields } from './errors';
import { extensionProblems } from './extension-targets';
import { type Platform, platformProblems } from './platform';
import { releaseSchema } from './release';
import { extensionsOf } from './settings/extensions';
import { monitoringWith } from './settings/monitoring';
import { objectiveSchema } from './settings/objectives';

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
    ...ruleProblems(platform, environment, where),
    ...extensionProblems(platform, environment, where),
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

import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Environment } from '../platform/environment';
import { UsageError } from '../platform/errors';
import { environments } from '../veza/environments/environments';

/** Options of a command, by name, as `node:util` describes them. */
export type CommandOptions = NonNullable<ParseArgsConfig['options']>;

/** What a command is called with. */
export interface Usage<Options extends CommandOptions> {
  /** The line that shows how: `npm run deploy -- <environment> <version> [--yes]`. */
  readonly usage: string;
  /** How many words there are besides the options: at least, and at most. */
  readonly positionals: readonly [least: number, most: number];
  readonly options: Options;
}

type Parsed<Options extends CommandOptions> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true; strict: true }>
>;

/** The words and options of a call. */
export interface CommandArguments<Options extends CommandOptions> {
  readonly positionals: readonly string[];
  readonly options: Parsed<Options>['values'];
}

/**
 * The words and options that a command is called with.
 * @param variables of the process, where npm tells which options it has kept for itself
 * @throws UsageError with the line that shows how, if they are others
 */
export function commandArguments<const Options extends CommandOptions>(
  args: readonly string[],
  call: Usage<Options>,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): CommandArguments<Options> {
  refuseKept(args, call, variables);
  const { positionals, values } = parsed(args, call);
  const [least, most] = call.positionals;
  if (positionals.length < least || positionals.length > most) {
    throw new UsageError(`usage: ${call.usage}; got ${JSON.stringify(args)}`);
  }
  return { positionals: positionals, options: values };
}

/** `npm run deploy staging v1.2.3 --dry-run` would deploy: npm takes an option that does not stand behind `--`. */
function refuseKept<Options extends CommandOptions>(
  args: readonly string[],
  { usage, options }: Usage<Options>,
  variables: Readonly<Record<string, string | undefined>>,
): void {
  const kept = Object.keys(options).filter((name) => {
    const given = args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    // An empty one is npm's own: it was not given.
    return !given && Boolean(variables[`npm_config_${name.replaceAll('-', '_')}`]);
  });
  if (kept.length === 0) return;
  const names = kept.map((name) => `--${name}`).join(', ');
  throw new UsageError(`npm has kept ${names} for itself, since it does not stand behind --; usage: ${usage}`);
}

function parsed<Options extends CommandOptions>(
  args: readonly string[],
  { usage, options }: Usage<Options>,
): Parsed<Options> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, strict: true, options });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}; usage: ${usage}`);
  }
}

/**
 * The environment of a name.
 * @throws UsageError that lists those that there are
 */
export function findEnvironment(name = ''): Environment {
  const found = environments.find((environment) => environment.name === name);
  if (found) return found;
  const known = environments.map((environment) => environment.name).join(', ');
  throw new UsageError(`${JSON.stringify(name)} is no environment; use one of ${known}`);
}

import { Argument, type Command, Option } from 'commander';
import type { Development } from '../platform/development';
import type { Environment } from '../platform/environment';
import { UsageError } from '../platform/errors';
import type { Platform } from '../platform/platform';
import type { Previews } from '../platform/preview';
import type { SynthOptions } from '../synth/synthesize';

/** What `main.ts` hands to the command line: a platform, its environments, and what the cluster has once. */
export interface VezaProject<P extends Platform = Platform>
  extends Pick<SynthOptions<P>, 'platform' | 'environments' | 'cluster' | 'sourceFile' | 'gitops'> {
  /** The developer's machine that `veza compose` writes files for. @default - none */
  readonly development?: Development<P>;
  /** How previews are made: VEZA_PREVIEW requests one, and `veza preview` deletes them. @default - none */
  readonly previews?: Previews<P>;
  /** File of the images of other projects that `veza images --pin` writes digests to. @default - none: it is the package's */
  readonly imagesFile?: string;
}

/** The argument that names an environment of the project. */
export function createEnvironmentArgument({ environments }: VezaProject): Argument {
  const argument = new Argument('<environment>', 'environment of the platform');
  argument.argParser((name) => findEnvironment(environments, name));
  // Commander's own choices would replace the parser; these are what --help shows.
  argument.argChoices = environments.map(({ name }) => name);
  return argument;
}

/** Whether output is for people or for programs. */
export type Format = 'human' | 'json';

/** `--format`, for people or for programs. */
export function createFormatOption(): Option {
  return new Option('--format <format>', 'output for people or for programs')
    .choices(['human', 'json'])
    .default('human');
}

/** `--yes`, for where there is no terminal. */
export function createYesOption(): Option {
  return new Option('--yes', 'do not ask for confirmation');
}

/** Collects the values of an option that can be given more than once. */
export function collect<T>(parse: (value: string) => T): (value: string, previous: readonly T[]) => readonly T[] {
  return (value, previous) => [...previous, parse(value)];
}

/** Adds the examples that `--help` ends with: what it does, and the line to type. */
export function addExamples(command: Command, ...examples: readonly string[]): Command {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', ['', `${title}:`, ...examples.map((line) => `  npx veza ${line}`)].join('\n'));
}

function findEnvironment(environments: readonly Environment[], name: string): Environment {
  const found = environments.find((environment) => environment.name === name);
  if (found) return found;
  const known = environments.map((environment) => environment.name).join(', ');
  throw new UsageError(`${JSON.stringify(name)} is not an environment; use one of ${known}`);
}

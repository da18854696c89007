import type { VezaProject } from '../../../lib/cli/arguments';
import { callVeza } from '../../../lib/cli/program';
import { cluster } from '../../../lib/veza/environments/cluster';
import { development } from '../../../lib/veza/environments/development';
import { environments } from '../../../lib/veza/environments/environments';
import { previews } from '../../../lib/veza/environments/previews';
import { veza } from '../../../lib/veza/veza';
import { production } from '../../support/environments/production';
import { staging } from '../../support/environments/staging';
import { TestSystem } from './test-system';

/** What `main.ts` hands to the command line. */
export const ownProject: VezaProject = {
  platform: veza,
  environments,
  cluster,
  development,
  previews,
  sourceFile: (name) => `lib/veza/environments/${name}.ts`,
};

/** The same with the environments that the tests know. */
export const vezaProject: VezaProject = {
  ...ownProject,
  environments: [staging, production],
  previews: { ...previews, base: staging, apartFrom: [production] },
};

/** The exit code of a command, and what it wrote. */
export interface CommandResult {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `veza` in this process, as `main.ts` does. @default system - without programs and variables */
export async function runCli(
  args: readonly string[],
  system = new TestSystem(),
  project = vezaProject,
): Promise<CommandResult> {
  const status = await callVeza(project, args, system);
  return { status, out: system.out, err: system.err };
}

/** What a command prints that is called in a wrong way. */
export function usageError(problem: string): CommandResult {
  return { status: 2, out: '', err: `error: ${problem}\n` };
}

/** The last line about a call that the parser of the command line refuses. */
export const usageHint = '(add --help to see the arguments and options)';

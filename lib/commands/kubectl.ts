import { spawnSync } from 'node:child_process';
import { UsageError } from './run';

/** What kubectl answered. */
export interface KubectlAnswer {
  /** kubectl's exit code. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Asks the user's kubectl, in its current context.
 * @throws UsageError if there is no kubectl
 */
export function kubectl(...args: readonly string[]): KubectlAnswer {
  const { status, stdout, stderr, error } = spawnSync('kubectl', args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error) throw new UsageError(`kubectl does not run (${error.message}); install it and put it on the PATH`);
  return { status: status ?? 1, stdout, stderr };
}

/**
 * What kubectl printed, where every answer but success is the user's to mend: no context, no cluster, no permission.
 * @throws UsageError with kubectl's own last line
 */
export function kubectlOutput(...args: readonly string[]): string {
  const { status, stdout, stderr } = kubectl(...args);
  if (status !== 0) throw new UsageError(`kubectl ${args[0]}: ${lastLine(stderr)}`);
  return stdout;
}

/** The last line of an output: kubectl puts the cause there. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

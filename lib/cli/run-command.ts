import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { connect } from '../cluster/clients';
import type { OperationContext } from '../cluster/operation-context';
import { OperationLock } from '../cluster/operation-lock';
import type { Environment } from '../platform/environment';
import { OperationError, UsageError, ValidationError } from '../platform/errors';
import { printError, type System } from './system';
import { createProgress } from './terminal-progress';

/**
 * Runs a command and returns its exit code: 1 for bad input or an operation that failed, 2 for wrong usage. Errors of the
 * user become a line for each problem on stderr. Any other error is a bug and keeps its stack trace.
 */
export async function runCommand(command: () => void | Promise<void>, system: System): Promise<number> {
  try {
    await command();
    return 0;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === undefined) throw error;
    for (const problem of (error as UsageError).problems) printError(system, `error: ${problem}`);
    return code;
  }
}

function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof ValidationError || error instanceof OperationError) return 1;
  return error instanceof UsageError ? 2 : undefined;
}

/** What a command works with in the cluster of an environment. */
export interface CommandContext extends Omit<OperationContext, 'signal'> {
  /** The exclusive right to change the environment, not yet taken. */
  readonly lock: OperationLock;
}

/**
 * Connects to the cluster of an environment, runs the work of a command there, and ends the progress that it shows.
 * @param screen where the progress is shown. @default - standard output
 */
export async function runInCluster<T>(
  system: System,
  environment: Environment,
  work: (context: CommandContext) => Promise<T>,
  screen = system.stdout,
): Promise<T> {
  const { clock, clients, variables } = system;
  const kubectl = await connect(environment, clients);
  const progress = createProgress(screen, variables);
  const lock = new OperationLock({ kubectl, namespace: environment.namespace, progress, clock });
  try {
    return await work({ kubectl, environment, progress, clock, lock });
  } finally {
    progress.stop();
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts `work` on SIGINT, SIGTERM or SIGHUP and waits for it to clean up. Further signals do not end it earlier.
 */
export async function withAbortOnSignal<T>(system: System, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) printError(system, `${signal}: cleaning up; please wait`);
    controller.abort(new OperationError([`stopped by ${signal}`]));
  };
  for (const signal of signals) system.signals.on(signal, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    // An aborted wait reports only that it was aborted.
    if (controller.signal.aborted && error instanceof Error && error.name === 'AbortError')
      throw controller.signal.reason;
    throw error;
  } finally {
    for (const signal of signals) system.signals.off(signal, stop);
  }
}

/** What the user confirms, and the word to type for it. */
export interface Confirmation {
  /** What will happen, in one line. */
  readonly action: string;
  /** The word to type, such as the name of the environment. */
  readonly expected: string;
}

/**
 * Asks the user to type a word before work goes on.
 * @throws UsageError if another word is typed, or if there is no terminal
 */
export async function confirm(
  { stdin: input, stderr: output }: Pick<System, 'stdin' | 'stderr'>,
  { action, expected }: Confirmation,
): Promise<void> {
  if (!input.isTTY) {
    throw new UsageError(`${action}. There is no terminal to confirm it on; use --yes`);
  }
  const terminal = createInterface({ input, output });
  // Ctrl-C and Ctrl-D close the terminal instead of answering.
  const closed = once(terminal, 'close').then(() => '');
  const answer = await Promise.race([terminal.question(`${action}.\nType ${expected} to continue: `), closed]);
  terminal.close();
  if (answer.trim() !== expected) {
    throw new UsageError(`${JSON.stringify(answer.trim())} is not ${expected}; nothing was changed`);
  }
}

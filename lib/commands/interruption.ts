import { FailedError } from '../problems';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls with a signal for whoever stops the command, so that it can put things in order first. However often that is
 * tried: the process ends when the work has.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) console.error(`${signal}: putting things in order first; please wait`);
    controller.abort(new FailedError([`stopped by ${signal}`]));
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    // A wait that was ended says only that.
    if (controller.signal.aborted && error instanceof Error && error.name === 'AbortError')
      throw controller.signal.reason;
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

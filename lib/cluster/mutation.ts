import { OperationError, UsageError, ValidationError } from '../platform/errors';

/**
 * Runs work that changes the cluster and turns user errors into an OperationError.
 * A UsageError would promise that nothing changed, which no longer holds once the work has started.
 *
 * @param signal if it aborted the work, its reason is reported first
 * @throws OperationError for user errors; bugs are rethrown unchanged
 */
export async function runMutation<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const messages = userMessages(error, signal);
    if (messages === undefined) throw error;
    const publicMessages = error instanceof OperationError ? error.publicMessages : messages;
    const reason = unreportedAbortReason(messages, signal);
    throw new OperationError([...reason, ...messages], [...reason, ...publicMessages]);
  }
}

/** Messages of an error for the user; undefined if the error is a bug. */
function userMessages(error: unknown, signal?: AbortSignal): readonly string[] | undefined {
  if (error instanceof OperationError || error instanceof ValidationError || error instanceof UsageError)
    return error.problems;
  return signal?.aborted && error instanceof Error && error.name === 'AbortError' ? [] : undefined;
}

function unreportedAbortReason(messages: readonly string[], signal?: AbortSignal): string[] {
  if (!signal?.aborted) return [];
  const { message } = signal.reason as Error;
  return messages.some((text) => text.includes(message)) ? [] : [message];
}

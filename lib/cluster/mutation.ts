import { OperationError, UsageError, ValidationError } from '../platform/errors';

/**
 * Does something that changes a cluster. From here on wrong usage is not what it is called any more, since that promises
 * that nothing was changed: what stops it is a failure, and who wanted it to stop is told as the cause.
 * @throws OperationError
 */
export async function runMutation<T>(work: () => Promise<T>, stop?: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const problems = userMessages(error, stop);
    if (!problems) throw error;
    const reason: string[] = stop?.aborted ? [stop.reason.message] : [];
    const alreadyReported = problems.some((problem) => reason.some((cause) => problem.includes(cause)));
    const first = alreadyReported ? [] : reason;
    const news = error instanceof OperationError ? error.publicMessages : problems;
    throw new OperationError([...first, ...problems], [...first, ...news]);
  }
}

/** What an error says to a user; undefined if it is a fault of ours. */
function userMessages(error: unknown, stop?: AbortSignal): readonly string[] | undefined {
  if (error instanceof OperationError || error instanceof ValidationError || error instanceof UsageError)
    return error.problems;
  return stop?.aborted && error instanceof Error && error.name === 'AbortError' ? [] : undefined;
}

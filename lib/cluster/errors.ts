import { OperationError, UsageError, ValidationError } from '../platform/errors';
import { type ProcessResult, takeLastLine } from './process';

/** A request that the cluster refused. */
export class ApiError extends OperationError {
  /** @param reason the API's reason (`NotFound`, `Conflict`); undefined if the client itself failed */
  constructor(
    message: string,
    readonly reason?: string,
  ) {
    super([message]);
  }
}

/** The cluster has no such kind. */
export class UnknownKindError extends ApiError {}

/** Whether the API refused a request for one of some reasons. */
export function isRefused(error: unknown, ...reasons: readonly string[]): boolean {
  return error instanceof ApiError && error.reason !== undefined && reasons.includes(error.reason);
}

/** The API's reason of a refusal, which kubectl prints in brackets; undefined if no server answered. */
export function parseApiReason(stderr: string): string | undefined {
  return /^Error from server \((\w+)\)/m.exec(stderr)?.[1];
}

/**
 * How the API words a missing permission. Its reason does not tell: quotas and admission refuse as `Forbidden` too, and
 * those are no matter of the user's permissions.
 */
const accessDenied = /User "[^"]*" cannot |attempting to grant RBAC permissions|Unauthorized|must be logged in/i;

/** How kubectl and Helm word a failed connection, for which both have only the exit code of every failure. */
const connectionFailed =
  /connection refused|connection reset|was refused|unable to connect|no such host|no route to host|network is unreachable|i\/o timeout|TLS handshake timeout|Client\.Timeout|\bEOF$|x509|executable file not found/i;

/** A server that was reached: what it, or a webhook of it, cannot reach itself is no error of the user. */
const fromServer = /Error from server|webhook/;

/** Converts a failure of kubectl or Helm to an error with its last line. */
export function toCommandError(command: string, { stderr, stdout }: ProcessResult): UsageError | OperationError {
  const cause = `${command}: ${takeLastLine(stderr) || takeLastLine(stdout) || 'failed without output'}`;
  return isUserError(stderr) ? new UsageError(cause) : new ApiError(cause, parseApiReason(stderr));
}

/** Whether an error is a connection or permission problem that the user can fix. */
export function isUserError(output: string): boolean {
  return output
    .split('\n')
    .some((line) => accessDenied.test(line) || (connectionFailed.test(line) && !fromServer.test(line)));
}

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
    const messages = listUserMessages(error, signal);
    if (messages === undefined) throw error;
    const publicMessages = error instanceof OperationError ? error.publicMessages : messages;
    const reason = findUnreportedReason(messages, signal);
    throw new OperationError([...reason, ...messages], [...reason, ...publicMessages]);
  }
}

/** Messages of an error for the user; undefined if the error is a bug. */
function listUserMessages(error: unknown, signal?: AbortSignal): readonly string[] | undefined {
  if (error instanceof OperationError || error instanceof ValidationError || error instanceof UsageError)
    return error.problems;
  return signal?.aborted && error instanceof Error && error.name === 'AbortError' ? [] : undefined;
}

function findUnreportedReason(messages: readonly string[], signal?: AbortSignal): string[] {
  if (!signal?.aborted) return [];
  const { message } = signal.reason as Error;
  return messages.some((text) => text.includes(message)) ? [] : [message];
}

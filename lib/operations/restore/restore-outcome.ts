import type { OperationContext } from '../../cluster/operation-context';
import { retryDuringOutage } from '../../cluster/wait';
import { OperationError, readErrorMessage } from '../../platform/errors';
import type { PostgresAdmin } from './postgres-admin';

/** What a restore did to the database. */
export type RestoreOutcome =
  | { readonly kind: 'unchanged' }
  /** It was replaced; the previous database, if there was one, has another name. */
  | { readonly kind: 'restored'; readonly previous: string | undefined }
  /** The server did not respond. */
  | { readonly kind: 'unknown'; readonly cause: string };

/** Seconds in which the server has to respond. */
const responseSeconds = 60;

/**
 * Asks the server whether the database was replaced. The result of an interrupted Job would not say it.
 * @param originalOid OID of the database before the restore; undefined if there was none
 */
export async function detectOutcome(
  { clock }: OperationContext,
  postgres: PostgresAdmin,
  originalOid: string | undefined,
): Promise<RestoreOutcome> {
  const probe = async (): Promise<RestoreOutcome> => {
    const oid = await postgres.databaseOid();
    if (oid === originalOid) return { kind: 'unchanged' };
    const previous = originalOid === undefined ? undefined : await postgres.databaseName(originalOid);
    return { kind: 'restored', previous };
  };
  try {
    return await retryDuringOutage(probe, { clock, seconds: responseSeconds });
  } catch (error) {
    return { kind: 'unknown', cause: readErrorMessage(error) };
  }
}

/** Describes the outcome for users, as a line of the error with which a restore ends. */
export function describeOutcome(
  { database, temporaryNames, listCommand }: PostgresAdmin,
  outcome: RestoreOutcome,
): string {
  switch (outcome.kind) {
    case 'unchanged':
      return `database ${database} is unchanged`;
    case 'restored': {
      const previous = outcome.previous === undefined ? '' : `; the previous database is ${outcome.previous}`;
      return `database ${database} is restored${previous}`;
    }
    case 'unknown':
      return (
        `could not determine whether database ${database} was replaced (${outcome.cause}); ` +
        `it was if this lists a new ${temporaryNames.before}…: ${listCommand}`
      );
  }
}

/** Lists the lines of an error. An abort ends kubectl too, so its reason replaces the error of kubectl. */
export function listErrorLines({ signal }: Pick<OperationContext, 'signal'>, error: unknown): readonly string[] {
  const cause: unknown = signal?.aborted ? signal.reason : error;
  return cause instanceof OperationError ? cause.problems : [readErrorMessage(cause)];
}

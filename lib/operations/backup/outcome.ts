import { FailedError } from '../../problems';
import { poll } from '../poll';
import type { Site } from '../site';
import type { DatabaseServer } from './database-server';

/** What became of the database. */
export type Outcome =
  /** It is the one that it was. */
  | { readonly kind: 'untouched' }
  /** It is the restored one, and the one before has another name, if there was one. */
  | { readonly kind: 'restored'; readonly previous: string | undefined }
  /** Nobody could be asked. */
  | { readonly kind: 'unknown'; readonly cause: string };

/** What became of the database, as the server itself sees it: a Job that was stopped cannot tell. */
export async function outcomeOf({ clock }: Site, server: DatabaseServer, before: string | undefined): Promise<Outcome> {
  const look = async (): Promise<Outcome> => {
    const now = await server.identity();
    if (now === before) return { kind: 'untouched' };
    return { kind: 'restored', previous: before === undefined ? undefined : await server.nameOf(before) };
  };
  try {
    return await poll(look, { clock, seconds: 60, late: () => new FailedError(['the server does not answer']) });
  } catch (error) {
    return { kind: 'unknown', cause: error instanceof Error ? error.message : String(error) };
  }
}

/** The outcome in words, for somebody to whom something else went wrong. */
export function outcomeLines(server: DatabaseServer, outcome: Outcome): string[] {
  const { database, beside } = server;
  if (outcome.kind === 'untouched') return [`database ${database} is as it was: nothing was replaced`];
  if (outcome.kind === 'restored') {
    const previous = outcome.previous ? `; the one before is ${outcome.previous}` : '';
    return [`database ${database} is the restored one${previous}`];
  }
  return [
    `whether database ${database} was replaced could not be seen (${outcome.cause}); ` +
      `if there is a new ${beside.before}…, it was: ${server.listCommand}`,
  ];
}

/** Whoever stops the command stops the kubectl that it runs too, and its last words are not the cause. */
export function linesOf({ signal }: Pick<Site, 'signal'>, error: unknown): readonly string[] {
  const cause: unknown = signal?.aborted ? signal.reason : error;
  if (cause instanceof FailedError) return cause.problems;
  return [cause instanceof Error ? cause.message : String(cause)];
}

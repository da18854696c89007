/** Bytes of a name in PostgreSQL, which cuts what is longer without a word. */
const longest = 63;

/** What follows a name in `before`: the backup, such as `20261125t021500z`, and a number of up to three digits. */
const longestSuffix = '20261125t021500z_999'.length;

/** Names of the databases that a restore makes beside the one that it replaces. */
export interface NamesBeside {
  /** The restored database, until it takes its place. */
  readonly restoring: string;
  /** How the name begins that a database gets when it is put aside. */
  readonly before: string;
}

/** Names beside that of a database, which is cut for them. */
export function namesBeside(database: string): NamesBeside {
  const joined = (suffix: string, more = 0) => `${database.slice(0, longest - suffix.length - more)}${suffix}`;
  return { restoring: joined('_restoring'), before: joined('_before_', longestSuffix) };
}

import type { PostgresAdmin } from '../restore/postgres-admin';

/** How the tables or sequences of two databases differ, a line each: `public.tracks: 1234 -> 1230`. */
export interface Comparison {
  /** Tables in both together. */
  readonly tables: number;
  readonly rows: number;
  readonly differences: readonly string[];
}

/** Compares two databases table by table, by their rows, and their sequences by their values. */
export async function compareDatabases(before: PostgresAdmin, after: PostgresAdmin): Promise<Comparison> {
  const [tables, newTables] = [await before.rowCounts(), await after.rowCounts()];
  const [sequences, newSequences] = [await before.sequences(), await after.sequences()];
  return {
    tables: newTables.size,
    rows: [...newTables.values()].reduce((sum, rows) => sum + rows, 0),
    differences: [...differencesOf('table', tables, newTables), ...differencesOf('sequence', sequences, newSequences)],
  };
}

/** Lists what differs between two sets of figures. */
export function differencesOf(
  what: string,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    return old === now ? [] : [`${what} ${name}: ${old ?? 'does not exist'} -> ${now ?? 'does not exist'}`];
  });
}

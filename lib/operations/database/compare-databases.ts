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
  const [tables, newTables] = [await before.readFigures(countRows), await after.readFigures(countRows)];
  const [sequences, newSequences] = [await before.readFigures(listSequences), await after.readFigures(listSequences)];
  return {
    tables: newTables.size,
    rows: [...newTables.values()].reduce((sum, rows) => sum + rows, 0),
    differences: [
      ...listDifferences('table', tables, newTables),
      ...listDifferences('sequence', sequences, newSequences),
    ],
  };
}

/** Lists what differs between two sets of figures. */
export function listDifferences(
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

/**
 * Tables with their rows: `public.tracks|1234`. Tables of extensions are left out, as in a backup. COPY reads a table and nothing else: to plan
 * a query is to evaluate expressions of its indexes, and so to run functions of whichever service owns it, as the superuser.
 */
export const countRows = `SET search_path = pg_catalog;
CREATE FUNCTION pg_temp.count_rows(source text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  counted bigint;
BEGIN
  EXECUTE format('COPY %s TO ''/dev/null''', source);
  GET DIAGNOSTICS counted = ROW_COUNT;
  RETURN counted;
END
$$;
SELECT format('%I.%I|%s', nspname, relname, pg_temp.count_rows(format('%I.%I', nspname, relname) || coalesce(narrowest, '')))
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
LEFT JOIN LATERAL (
  SELECT format(' (%I)', attname) FROM pg_attribute
  WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
  ORDER BY attlen < 0, attlen, attnum LIMIT 1
) AS smallest (narrowest) ON true
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
ORDER BY nspname COLLATE "C", relname COLLATE "C"`;

/** Sequences with their values: `public.tracks_id_seq|1234`. */
export const listSequences = `SELECT format('%I.%I|%s', schemaname, sequencename, coalesce(last_value, 0)) FROM pg_catalog.pg_sequences
ORDER BY schemaname COLLATE "C", sequencename COLLATE "C"`;

-- Every table with its rows, ordered by name. Tables of extensions are left out. Planning a count reads the expressions of a
-- table's indexes, which may name functions of the schema public; a table that cannot be counted even so is left out, and
-- must not fail the backup.
SET search_path = pg_catalog, public;
\set ON_ERROR_ROLLBACK on
\set ON_ERROR_STOP off
SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', format('%I.%I', nspname, relname), nspname, relname)
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
  )
ORDER BY nspname COLLATE "C", relname COLLATE "C" \gexec
SELECT 'large objects', count(*) FROM pg_largeobject_metadata;
RESET search_path;
\set ON_ERROR_STOP on

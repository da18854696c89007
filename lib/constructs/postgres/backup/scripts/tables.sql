-- Every table with its rows, ordered by name. Tables of extensions are left out. COPY reads a table and nothing else: to plan
-- a query is to evaluate expressions of its indexes, and so to run functions of whichever service owns it, as this role.
-- The variable list is a file for the statements. A table that cannot be read is left out, and must not fail the backup.
SELECT format(
  E'COPY %I.%I%s TO STDOUT \\g /dev/null\n\\if :ERROR\n\\else\n\\qecho ''%s\\t'':ROW_COUNT\n\\endif',
  nspname, relname, coalesce(' (' || quote_ident(attname) || ')', ''),
  replace(replace(replace(format('%I.%I', nspname, relname), '\', '\\'), '''', ''''''), E'\n', '\n')
)
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
LEFT JOIN LATERAL (
  SELECT attname FROM pg_attribute
  WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
  ORDER BY attlen < 0, attlen, attnum LIMIT 1
) AS narrowest ON true
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
  )
ORDER BY nspname COLLATE "C", relname COLLATE "C"
\g :list
\set ON_ERROR_ROLLBACK on
\set ON_ERROR_STOP off
\i :list
SELECT 'large objects', count(*) FROM pg_largeobject_metadata;
\set ON_ERROR_STOP on

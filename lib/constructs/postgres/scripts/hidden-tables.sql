-- Prints nothing, or what services would no longer find when they get a schema of their own for their tables: the owner has
-- relations in shared schemas. A service that has something in its schema, or had the schema before, has its tables there.
-- It changes nothing.
SELECT EXISTS (SELECT FROM pg_database WHERE datname = :'name') AS present \gset
\if :present
\connect :"name"
SET search_path = pg_catalog;
WITH login AS (
  SELECT role, access ->> 'kind' AS kind
  FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
),
relation AS (
  SELECT nspname, relname, relowner = to_regrole(quote_ident(:'owner')) AS owned
  FROM pg_class
  JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
)
SELECT format(
  '%s would no longer find what %s has in shared schemas: %s. State tables: ''shared'' in deployment.migration, or move '
    'them first: docs/guides/database-roles.md',
  makers, :'owner', names
)
FROM (
  SELECT string_agg(role, ', ' ORDER BY role)
  FROM login
  WHERE kind = 'maker' AND NOT EXISTS (SELECT FROM relation WHERE nspname = role)
    AND obj_description(to_regnamespace(quote_ident(role)), 'pg_namespace') IS DISTINCT FROM 'tables: own'
) AS without (makers)
CROSS JOIN (
  SELECT string_agg(name, ', ' ORDER BY number) FILTER (WHERE number <= 5)
    || CASE WHEN max(number) > 5 THEN format(' and %s more', max(number) - 5) ELSE '' END
  FROM (
    SELECT format('%I.%I', nspname, relname), row_number() OVER (ORDER BY nspname, relname)
    FROM relation
    WHERE owned AND nspname NOT IN (SELECT role FROM login WHERE kind <> 'owner')
      AND nspname NOT IN (SELECT rolname FROM pg_roles WHERE rolname <> :'owner')
  ) AS shared (name, number)
) AS found (names)
WHERE makers IS NOT NULL AND names IS NOT NULL;
\endif

-- Prints the roles as they are to be, and in a second line why some are not as stated. A service gets a schema of its own for
-- its tables unless that would hide those of a database of before: relations that the owner has in shared schemas. As long as
-- it would, the service acts as the owner, as before. One that has something in its schema, or had the schema before, has its
-- tables there, and one that is new beside others has none anywhere. It changes nothing.
\set sharing {}
\set hidden ''
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
SELECT coalesce(makers, '{}') AS sharing, coalesce(names, '') AS hidden
FROM (
  SELECT array_agg(role ORDER BY role)
  FROM login
  WHERE kind = 'maker' AND NOT EXISTS (SELECT FROM relation WHERE nspname = role)
    AND obj_description(to_regnamespace(quote_ident(role)), 'pg_namespace') IS DISTINCT FROM 'tables: own'
    AND (
      to_regrole(quote_ident(role)) IS NOT NULL
      OR NOT EXISTS (SELECT FROM login AS other WHERE other.kind <> 'owner' AND to_regrole(quote_ident(other.role)) IS NOT NULL)
    )
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
) AS found (names) \gset
\endif
SELECT jsonb_agg(
  CASE WHEN :'hidden' <> '' AND login ->> 'role' = ANY (:'sharing'::text[]) THEN login || '{"access": {"kind": "acting"}}' ELSE login END
  ORDER BY number
)
FROM jsonb_array_elements(:'logins') WITH ORDINALITY AS stated (login, number);
SELECT format(
  '%s act as %s and are not separated, since schemas of their own would hide %s; move these: docs/guides/database-roles.md',
  array_to_string(:'sharing'::text[], ', '), :'owner', :'hidden'
)
WHERE :'hidden' <> '' AND :'sharing' <> '{}';

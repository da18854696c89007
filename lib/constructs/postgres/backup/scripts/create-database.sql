-- Makes the database of a backup, empty, with the encoding and locale that it had. The variables are its name and its owner.
-- A backup that does not state them gets those of the server.
-- The roles of a backup are data on standard input, and every statement is ours, whatever the backup contains. A list that
-- is null is treated as empty.
\set saved `cat`
SELECT jsonb_strip_nulls(:'saved') AS saved \gset
SELECT concat(
  format('CREATE DATABASE %I TEMPLATE template0 OWNER %I', :'name', :'owner'),
  format(' ENCODING %L LC_COLLATE %L LC_CTYPE %L LOCALE_PROVIDER ', encoding, "collate", ctype)
    || CASE provider WHEN 'icu' THEN format('icu ICU_LOCALE %L', icu) WHEN 'libc' THEN 'libc' END
)
FROM jsonb_to_record(coalesce(:'saved'::jsonb -> 'database', '{}'))
  AS saved (encoding text, "collate" text, ctype text, provider text, icu text) \gexec

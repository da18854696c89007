-- Both names change or none. A superuser's session is short, and no other role can end it.
BEGIN;
SELECT pg_terminate_backend(pid, 5000)
FROM pg_stat_activity
JOIN pg_roles ON rolname = usename
WHERE datname IN (:'current', :'restoring') AND pid <> pg_backend_pid() AND NOT rolsuper;
\if :replaces
ALTER DATABASE :"current" RENAME TO :"previous";
\endif
ALTER DATABASE :"restoring" RENAME TO :"current";
COMMIT;

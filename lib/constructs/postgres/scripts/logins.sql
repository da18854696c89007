-- Allows the roles of the services, of the migration and of the owner to log in: those that are stated, and none while the
-- fence of a restore is closed.
SELECT format('ALTER ROLE %I %s', rolname, CASE WHEN may AND NOT closed THEN 'LOGIN' ELSE 'NOLOGIN' END)
FROM pg_roles
CROSS JOIN LATERAL (
  SELECT EXISTS (SELECT FROM jsonb_to_recordset(:'logins') AS login (role text) WHERE role = rolname)
) AS stated (may)
CROSS JOIN (
  SELECT EXISTS (
    SELECT FROM pg_db_role_setting
    CROSS JOIN unnest(setconfig) AS setting
    WHERE setrole = 0 AND setting ^@ 'veza.restoring='
      AND setdatabase = (SELECT oid FROM pg_database WHERE datname = 'postgres')
  )
) AS fence (closed)
WHERE may OR rolname = :'owner' \gexec

-- What a backup contains besides the dump, as data: the roles, and what of the database is not in its dump. What initdb makes
-- (an OID below 16384) exists on every server. An aggregate of no rows is NULL, hence the empty lists: a fresh database
-- has no settings.
SELECT jsonb_pretty(jsonb_build_object(
  'roles', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', rolname,
      'can', jsonb_build_object(
        'superuser', rolsuper, 'inherit', rolinherit, 'createrole', rolcreaterole, 'createdb', rolcreatedb,
        'login', rolcanlogin, 'replication', rolreplication, 'bypassrls', rolbypassrls
      ),
      'limit', rolconnlimit,
      'until', coalesce(rolvaliduntil, 'infinity'),
      'comment', shobj_description(oid, 'pg_authid')
    ) ORDER BY rolname), '[]')
    FROM pg_roles
    WHERE oid >= 16384
  ),
  'members', (
    SELECT coalesce(jsonb_agg(
      jsonb_build_object('role', granted.rolname, 'member', member.rolname, 'admin', admin_option)
      ORDER BY granted.rolname, member.rolname
    ), '[]')
    FROM pg_auth_members
    JOIN pg_roles AS granted ON granted.oid = roleid
    JOIN pg_roles AS member ON member.oid = pg_auth_members.member
    WHERE member.oid >= 16384
  ),
  'settings', (
    SELECT coalesce(jsonb_agg(
      jsonb_build_object(
        'role', rolname,
        'here', setdatabase <> 0,
        'setting', split_part(setting, '=', 1),
        'value', substr(setting, strpos(setting, '=') + 1)
      )
      ORDER BY rolname, setdatabase <> 0, setting COLLATE "C"
    ), '[]')
    FROM pg_db_role_setting
    CROSS JOIN unnest(setconfig) AS setting
    LEFT JOIN pg_roles ON pg_roles.oid = setrole
    WHERE (setdatabase = 0 OR setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND (setrole >= 16384 OR setrole = 0 AND setdatabase <> 0)
  ),
  'grants', (
    SELECT coalesce(jsonb_agg(
      jsonb_build_object('privilege', privilege_type, 'grantee', pg_get_userbyid(grantee), 'grantable', grantable)
      ORDER BY pg_get_userbyid(grantee), privilege_type
    ), '[]')
    -- A privilege that two roles have granted is granted once, by the owner.
    FROM (
      SELECT grantee, privilege_type, bool_or(is_grantable)
      FROM aclexplode(datacl)
      WHERE grantee NOT IN (0, datdba)
      GROUP BY grantee, privilege_type
    ) AS given (grantee, privilege_type, grantable)
  ),
  'database', jsonb_build_object(
    'limit', datconnlimit,
    'comment', shobj_description(oid, 'pg_database'),
    'encoding', pg_encoding_to_char(encoding),
    'collate', datcollate,
    'ctype', datctype,
    'provider', CASE datlocprovider WHEN 'i' THEN 'icu' ELSE 'libc' END,
    'icu', daticulocale
  )
))
FROM pg_database
WHERE datname = current_database();

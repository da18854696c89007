-- What pg_dump leaves out unless a superuser runs it: one line an object, a tab, and the reason.
SELECT format('SUBSCRIPTION %I', subname), 'a backup does not hold subscriptions; create it again'
FROM pg_subscription
WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY subname COLLATE "C";

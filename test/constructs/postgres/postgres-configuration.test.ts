import { writePostgresConfiguration } from '../../../lib/constructs/postgres/postgres-configuration';
import { database, roles } from './support/stores';

const files = writePostgresConfiguration({ ...database, name: 'all' }, roles);

test('the server reads the settings of the environment first, so that its own take precedence', () => {
  expect(files['server.conf']).toMatchInlineSnapshot(`
"include = '/etc/postgres-parameters/postgres.conf'
listen_addresses = '*'
port = 5432
unix_socket_directories = '/var/run/postgresql'
hba_file = '/etc/postgres/pg_hba.conf'
ssl = on
ssl_cert_file = '/var/run/postgres-tls/server.crt'
ssl_key_file = '/var/run/postgres-tls/server.key'
ssl_min_protocol_version = 'TLSv1.2'
tcp_keepalives_idle = 60
tcp_keepalives_interval = 10
tcp_keepalives_count = 3
tcp_user_timeout = 90s
"
`);
});

test('the stated roles and the backup can connect over the network, and a name is not read as a keyword', () => {
  expect(files['pg_hba.conf']).toMatchInlineSnapshot(`
"local all postgres peer
local all postgres_exporter peer
hostssl "all" "backend-api" all scram-sha-256
hostssl "all" "chat-server" all scram-sha-256
hostssl "all" "veza_user" all scram-sha-256
hostssl all postgres_backup all scram-sha-256
"
`);
});

test('the users of the pod have the names of their roles', () => {
  expect(files.users).toMatchInlineSnapshot(`
"root:x:0:0::/:/usr/sbin/nologin
postgres:x:10001:10001::/:/usr/sbin/nologin
postgres_exporter:x:10002:10002::/:/usr/sbin/nologin
"
`);
});

test('scripts are the same for every database', () => {
  const { 'pg_hba.conf': _, ...rest } = files;
  const { 'pg_hba.conf': __, ...others } = writePostgresConfiguration(
    { ...database, name: 'other', user: 'other_user' },
    roles,
  );
  expect(others).toEqual(rest);
  expect(Object.keys(rest)).toEqual([
    'server.conf',
    'users',
    'initialize.sh',
    'certificate.sh',
    'roles.sh',
    'reconcile.sh',
    'restore-roles.sh',
    'make-roles.sql',
    'apply-roles.sql',
    'roles.sql',
    'logins.sql',
    'powers.sql',
    'grants.sql',
    'hidden-tables.sql',
    'fence.sh',
    'set-aside.sh',
  ]);
});

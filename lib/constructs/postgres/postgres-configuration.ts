import type { LoginRole } from '../../platform/database-roles';
import { postgresFiles, postgresPaths } from '../../platform/postgres-pod';
import { type OnePodDatabase, postgresPort, serverRoles } from '../../platform/settings/database';
import { lostClientParameters, writeConfFile } from '../../platform/settings/postgres-parameters';
import { readScripts } from '../stateful/script-files';

/** UIDs of the pod's processes. They differ from those of PostgreSQL's images, which work with any. */
export const postgresUids = { server: 10001, exporter: 10002 } as const;

/** Name of the file with the environment's settings of the server, in the pod. */
export const parametersFile = 'postgres.conf';

/** Name of the password's file. Scanners would take a name like `password` in a manifest for a literal secret. */
export const credentialFile = 'credential';

/** Static text for POSIX sh and psql, the same for every database. */
export const scriptNames = Object.values(postgresFiles).filter((file) => /\.(sh|sql)$/.test(file));

/** Every file of the ConfigMap: name -> content. */
export function writePostgresConfiguration(
  database: OnePodDatabase,
  roles: readonly LoginRole[],
): Record<string, string> {
  return {
    [postgresFiles.server]: writeServerConf(),
    [postgresFiles.access]: writeAccessRules(database, roles),
    [postgresFiles.users]: writeUsers(),
    ...readScripts('constructs/postgres/scripts', scriptNames),
  };
}

/**
 * What each role may do, as the statements of the scripts read it. The pod takes a change without a restart, so that a
 * service can be scaled without one.
 */
export function writeLoginsFile(roles: readonly LoginRole[]): Record<string, string> {
  const lines = roles.map(({ role, connections, access }) => JSON.stringify({ role, connections, access }));
  return { [postgresFiles.logins]: `[\n${lines.join(',\n')}\n]\n` };
}

/** Settings of address, access and TLS. PostgreSQL takes the last value, so the environment's settings come first. */
function writeServerConf(): string {
  const { config, parameters, sockets, tls } = postgresPaths;
  return writeConfFile([
    ['include', `'${parameters}/${parametersFile}'`],
    ['listen_addresses', "'*'"],
    ['port', String(postgresPort)],
    ['unix_socket_directories', `'${sockets}'`],
    ['hba_file', `'${config}/${postgresFiles.access}'`],
    ['ssl', 'on'],
    ['ssl_cert_file', `'${tls}/server.crt'`],
    ['ssl_key_file', `'${tls}/server.key'`],
    ['ssl_min_protocol_version', "'TLSv1.2'"],
    ...Object.entries(lostClientParameters),
  ]);
}

/**
 * Which roles can connect, and how they authenticate. Connections that match no line are refused: unencrypted ones, and over
 * the network every role but those that are stated, even a superuser that an old volume contains. Quotes
 * keep a name like `all` from being a keyword. The backup's role restores into databases whose names vary.
 */
function writeAccessRules({ kind, name }: OnePodDatabase, roles: readonly LoginRole[]): string {
  return [
    `local all ${serverRoles.superuser} peer`,
    `local all ${serverRoles.exporter} peer`,
    ...roles.map(({ role }) => `hostssl "${name}" "${role}" all scram-sha-256`),
    // Without backups no client logs in as their role.
    ...(kind === 'single' ? [`hostssl all ${serverRoles.backup} all scram-sha-256`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** The pod's /etc/passwd: initdb needs a name for its UID, and `peer` takes the role's name from the client's user. */
export function writeUsers(): string {
  const entry = (name: string, uid: number) => `${name}:x:${uid}:${uid}::/:/usr/sbin/nologin\n`;
  return [
    entry('root', 0),
    entry(serverRoles.superuser, postgresUids.server),
    entry(serverRoles.exporter, postgresUids.exporter),
  ].join('');
}

import type { k8s } from 'cdk8s-plus-27';
import type { LoginRole } from '../../platform/database-roles';
import { postgresFiles, postgresPaths, postgresServer } from '../../platform/postgres-pod';
import { type DatabaseLogin, type OnePodDatabase, postgresHost, serverRoles } from '../../platform/settings/database';
import { findImage } from '../images';
import { pulledOnce, secureContainer } from '../kubernetes/pod-defaults';
import { makeSmallResources, toRequirements } from '../kubernetes/resources';
import { makeExporterContainer } from '../kubernetes/server-container';
import { credentialFile, postgresUids } from './postgres-configuration';
import { hasSignedCertificate, postgresMounts as mounts } from './postgres-volumes';

export const postgresImage = findImage('postgres');
export const postgresExporterImage = findImage('postgres-exporter');

/** Collectors that are off by default: they export restarts and long-running transactions. */
export const postgresExporterArgs = ['--collector.postmaster', '--collector.long_running_transactions'] as const;

export const postgresMetricsPort = 9187;

/** Resources of a container that runs one of our scripts. */
export const scriptResources = makeSmallResources('50m', '64Mi');

export const postgresExporterResources = makeSmallResources('100m', '128Mi');

const { config, sockets, tls, credentials, backupCredentials, roles: state } = postgresPaths;

/** Path of the real programs: Debian's `psql` and `pg_isready` are wrappers for Debian's own clusters. */
export const postgresProgramPath: k8s.EnvVar = { name: 'PATH', value: '/usr/lib/postgresql/15/bin:/usr/bin:/bin' };

/** The cluster's own directory on the volume. */
export const clusterDirectory: k8s.EnvVar = { name: 'PGDATA', value: `${postgresPaths.volume}/pgdata` };

/** What all containers of the server's image share. */
export function makeServerContainerBase(
  name: string,
): Pick<k8s.Container, 'name' | 'image' | 'imagePullPolicy' | 'securityContext'> {
  return {
    name,
    image: postgresImage,
    ...pulledOnce,
    securityContext: secureContainer(postgresUids.server),
  };
}

/** The init container that makes the database cluster on an empty volume. */
export function makeInitContainer({ resources }: OnePodDatabase): k8s.Container {
  return {
    ...makeServerContainerBase(postgresServer.initContainer),
    command: ['sh', `${config}/${postgresFiles.initContainer}`],
    env: [postgresProgramPath, clusterDirectory],
    resources: toRequirements(resources),
    volumeMounts: [mounts.data, mounts.config, mounts.users],
  };
}

/** The init container that makes the server's key and certificate, new for each pod. */
export function makeCertificateContainer(): k8s.Container {
  return {
    ...makeServerContainerBase('certificate'),
    command: ['sh', `${config}/${postgresFiles.certificate}`],
    env: [postgresProgramPath, { name: 'TLS_HOST', value: postgresHost }, { name: 'TLS_DIRECTORY', value: tls }],
    resources: toRequirements(scriptResources),
    volumeMounts: [mounts.config, mounts.tls],
  };
}

/** On a busy node it takes seconds until a program has started. */
const slowProbe = { timeoutSeconds: 10, failureThreshold: 6 } as const;

/** Where a container that reconciles roles finds its server, and what it needs to log in there. */
export interface RolesTarget {
  /** Variables of the connection, such as PGHOST. */
  readonly env: readonly k8s.EnvVar[];
  readonly volumeMounts: readonly k8s.VolumeMount[];
}

/** The sidecar that reconciles roles and grants. The pod is not ready, and a new server has no roles, before its first run. */
export function makeRolesSidecar(database: OnePodDatabase, roles: readonly LoginRole[]): k8s.Container {
  const isRenewed = hasSignedCertificate(database);
  return makeRolesContainer(database, roles, {
    env: [
      { name: 'PGHOST', value: sockets },
      ...(isRenewed ? [{ name: 'CERTIFICATE_FILE', value: `${tls}/server.crt` }] : []),
    ],
    volumeMounts: [mounts.socketsReadOnly, ...(isRenewed ? [mounts.tlsReadOnly] : [])],
  });
}

/** Names of roles, as scripts read them. */
export function joinRoleNames(roles: readonly LoginRole[]): string {
  return roles.map(({ role }) => role).join(' ');
}

/** A container that reconciles roles and grants of a server, as its superuser. */
export function makeRolesContainer(
  { name, user }: DatabaseLogin,
  roles: readonly LoginRole[],
  target: RolesTarget,
): k8s.Container {
  const alive = `${state}/alive`;
  return {
    ...makeServerContainerBase(postgresServer.rolesContainer),
    command: ['sh', `${config}/${postgresFiles.roles}`],
    env: [
      postgresProgramPath,
      ...target.env,
      { name: 'PGUSER', value: serverRoles.superuser },
      { name: 'PGDATABASE', value: 'postgres' },
      { name: 'PGCONNECT_TIMEOUT', value: '5' },
      { name: 'DB_NAME', value: name },
      { name: 'DB_USER', value: user },
      { name: 'DB_ROLES', value: joinRoleNames(roles) },
      { name: 'LOGINS_FILE', value: `${config}/${postgresFiles.logins}` },
      { name: 'CREDENTIALS', value: credentials },
      { name: 'BACKUP_CREDENTIAL_FILE', value: `${backupCredentials}/${credentialFile}` },
      { name: 'ROLES_SCRIPTS', value: config },
      { name: 'STATE_DIRECTORY', value: state },
    ],
    resources: toRequirements(scriptResources),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    startupProbe: { exec: { command: ['test', '-e', alive] }, ...slowProbe, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { exec: { command: ['test', '-e', `${state}/ready`] }, ...slowProbe, periodSeconds: 5 },
    // Touched in the last two minutes: a run takes at most one, even if the server does not answer.
    livenessProbe: {
      exec: { command: ['sh', '-c', `test -n "$(find ${alive} -mmin -2)"`] },
      ...slowProbe,
      periodSeconds: 30,
      failureThreshold: 3,
    },
    volumeMounts: [
      mounts.config,
      mounts.users,
      ...target.volumeMounts,
      mounts.credentials,
      mounts.backupCredentials,
      mounts.roles,
    ],
  };
}

/** The exporter. It authenticates by its UID over the socket, so it has no password that could leak. */
export function makePostgresExporter({ name }: OnePodDatabase): k8s.Container {
  const source = `host=${sockets} user=${serverRoles.exporter} dbname=${name} sslmode=disable`;
  return makeExporterContainer({
    name: 'postgres-exporter',
    image: postgresExporterImage,
    uid: postgresUids.exporter,
    port: postgresMetricsPort,
    args: [...postgresExporterArgs],
    env: [{ name: 'DATA_SOURCE_NAME', value: source }],
    resources: postgresExporterResources,
    volumeMounts: [mounts.socketsReadOnly],
  });
}

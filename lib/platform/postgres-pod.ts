import { nameFirstPod } from './workload-names';

/** Names of the database server's workload, and of what operations use in its pod. */
export const postgresServer = {
  /** Its StatefulSet. */
  workload: 'postgres',
  /** The StatefulSet's only pod. */
  pod: nameFirstPod('postgres'),
  /** Container of the server itself. */
  container: 'postgres',
  /** Container that reconciles the roles. */
  rolesContainer: 'roles',
  /** Init container that prepares the data directory. */
  initContainer: 'initialize',
  /** Label `app` of the Job that sets damaged data aside in the init container's image. No Service selects it. */
  setAside: 'postgres-set-aside',
} as const;

/** Certificates of the database's servers that cert-manager makes: each is a Certificate, and its Secret of the same name. */
export const postgresCertificates = {
  /** The authority that signs the server's certificate. */
  authority: 'postgres-authority',
  /** The server's own. */
  server: 'postgres-server',
} as const;

/** Annotation of the StatefulSet that names the Cluster which has its data since it was moved. */
export const movedToAnnotation = 'veza.app/moved-to';

/** Where the containers of the pod find things. */
export const postgresPaths = {
  /** Files of `postgresFiles`, from the ConfigMap of the server. */
  config: '/etc/postgres',
  /** postgres.conf of the environment, a file of another ConfigMap. */
  parameters: '/etc/postgres-parameters',
  /** Root of the volume. The data directory is below it, since a volume's root does not belong to the server. */
  volume: '/var/lib/postgresql/data',
  sockets: '/var/run/postgresql',
  tls: '/var/run/postgres-tls',
  credentials: '/var/run/postgres-credentials',
  backupCredentials: '/var/run/postgres-backup-credentials',
  roles: '/var/run/postgres-roles',
} as const;

/** Files of the ConfigMap, by what they are. */
export const postgresFiles = {
  server: 'server.conf',
  access: 'pg_hba.conf',
  users: 'users',
  initContainer: 'initialize.sh',
  certificate: 'certificate.sh',
  roles: 'roles.sh',
  reconcile: 'reconcile.sh',
  restoreRoles: 'restore-roles.sh',
  makeRolesSql: 'make-roles.sql',
  applyRolesSql: 'apply-roles.sql',
  rolesSql: 'roles.sql',
  logins: 'logins.json',
  loginsSql: 'logins.sql',
  powersSql: 'powers.sql',
  grantsSql: 'grants.sql',
  hiddenTablesSql: 'hidden-tables.sql',
  fence: 'fence.sh',
  setAside: 'set-aside.sh',
} as const;

import { k8s } from 'cdk8s-plus-27';
import type { WorkloadIdentity } from '../kubernetes/metadata';
import { containerSecurity } from '../kubernetes/pod';
import type { PodDemand } from '../kubernetes/pod-demand';
import { resourceRequirements, smallResources } from '../kubernetes/resources';
import { type InClusterDatabase, postgresHost, postgresPort, serverRoles } from './database';
import { exporterContainer } from './exporter';
import type { PostgresProps } from './postgres';
import { parametersFile, postgresFiles, postgresPaths, postgresUids } from './postgres-configuration';
import { dataVolume, storeConfigName } from './single-store';

const image = 'docker.io/library/postgres:15.19-bookworm';
const exporterImage = 'quay.io/prometheuscommunity/postgres-exporter:v0.20.1';

/** Port of the exporter. */
export const postgresMetricsPort = 9187;

const { config, parameters, volume, sockets, tls, credentials, roles } = postgresPaths;

/** Debian's own `psql` and `pg_isready` are Perl scripts that look for clusters of Debian's; ours are the real ones. */
const path = { name: 'PATH', value: '/usr/lib/postgresql/15/bin:/usr/bin:/bin' };
const data = { name: 'PGDATA', value: `${volume}/pgdata` };

/** The file in the Secret's volume. No name here says what it is: scanners take such names for literal secrets. */
const credential = 'credential';

const helper = smallResources('50m', '64Mi');
const exporterResources = smallResources('100m', '128Mi');

const mounts = {
  data: { name: dataVolume, mountPath: volume },
  config: { name: 'config', mountPath: config, readOnly: true },
  users: { name: 'config', mountPath: '/etc/passwd', subPath: postgresFiles.users, readOnly: true },
  parameters: { name: 'parameters', mountPath: parameters, readOnly: true },
  sockets: { name: 'sockets', mountPath: sockets },
  sharedMemory: { name: 'shared-memory', mountPath: '/dev/shm' },
  tls: { name: 'tls', mountPath: tls },
  tlsReadOnly: { name: 'tls', mountPath: tls, readOnly: true },
  credentials: { name: 'credentials', mountPath: credentials, readOnly: true },
  roles: { name: 'roles', mountPath: roles },
} as const;

/** The pod of PostgreSQL, in what is its own. */
export function postgresPod(
  props: PostgresProps,
  identity: WorkloadIdentity,
): Pick<k8s.PodSpec, 'initContainers' | 'containers' | 'volumes'> {
  const { database } = props;
  return {
    initContainers: [initialize(database), certificate()],
    containers: [server(database), rolesSidecar(database), exporter(database)],
    volumes: volumes(props, identity),
  };
}

/** What the pod of PostgreSQL takes of a namespace's quota. A StatefulSet starts the new pod when the old one is gone. */
export function postgresDemand({ resources, storage }: InClusterDatabase): PodDemand {
  return {
    pods: 1,
    containers: [resources, helper, exporterResources],
    initContainers: [resources, helper],
    claims: [storage.size],
  };
}

/** What all containers of the server's image share. */
function ours(name: string): Pick<k8s.Container, 'name' | 'image' | 'imagePullPolicy' | 'securityContext'> {
  return { name, image, imagePullPolicy: 'Always', securityContext: containerSecurity(postgresUids.server) };
}

function script(file: string): string[] {
  return ['sh', `${config}/${file}`];
}

function initialize({ resources }: InClusterDatabase): k8s.Container {
  return {
    ...ours('initialize'),
    command: script(postgresFiles.initialize),
    env: [path, data],
    resources: resourceRequirements(resources),
    volumeMounts: [mounts.data, mounts.config, mounts.users],
  };
}

function certificate(): k8s.Container {
  return {
    ...ours('certificate'),
    command: script(postgresFiles.certificate),
    env: [path, { name: 'TLS_HOST', value: postgresHost }, { name: 'TLS_DIRECTORY', value: tls }],
    resources: resourceRequirements(helper),
    volumeMounts: [mounts.config, mounts.tls],
  };
}

/**
 * The server as process 1. The image's stop signal is SIGINT: connections are cut and data is written, in seconds.
 * The port opens before recovery after a crash ends, so TCP tells that the process lives and pg_isready that it serves.
 */
function server({ name, user, resources }: InClusterDatabase): k8s.Container {
  const tcp = { tcpSocket: { port: k8s.IntOrString.fromString('postgresql') }, timeoutSeconds: 5 };
  const ready = [
    'pg_isready',
    '--quiet',
    '--host=127.0.0.1',
    `--port=${postgresPort}`,
    `--username=${user}`,
    `--dbname=${name}`,
  ];
  return {
    ...ours('postgres'),
    command: ['postgres', '-c', `config_file=${config}/${postgresFiles.server}`],
    env: [path, data],
    ports: [{ name: 'postgresql', containerPort: postgresPort, protocol: 'TCP' }],
    resources: resourceRequirements(resources),
    startupProbe: { ...tcp, periodSeconds: 5, failureThreshold: 120 },
    readinessProbe: { exec: { command: ready }, timeoutSeconds: 5, periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...tcp, periodSeconds: 10, failureThreshold: 6 },
    volumeMounts: [
      mounts.data,
      mounts.config,
      mounts.users,
      mounts.parameters,
      mounts.sockets,
      mounts.sharedMemory,
      mounts.tlsReadOnly,
    ],
  };
}

/** Keeps roles and grants right. Until it has, the pod is not ready and no service connects. */
function rolesSidecar({ name, user }: InClusterDatabase): k8s.Container {
  const alive = `${roles}/alive`;
  return {
    ...ours('roles'),
    command: script(postgresFiles.roles),
    env: [
      path,
      { name: 'PGHOST', value: sockets },
      { name: 'PGUSER', value: serverRoles.superuser },
      { name: 'PGDATABASE', value: 'postgres' },
      { name: 'PGCONNECT_TIMEOUT', value: '5' },
      { name: 'DB_NAME', value: name },
      { name: 'DB_USER', value: user },
      { name: 'CREDENTIAL_FILE', value: `${credentials}/${credential}` },
      { name: 'ROLES_SQL', value: `${config}/${postgresFiles.rolesSql}` },
      { name: 'STATE_DIRECTORY', value: roles },
    ],
    resources: resourceRequirements(helper),
    startupProbe: { exec: { command: ['test', '-e', alive] }, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { exec: { command: ['test', '-e', `${roles}/ready`] }, periodSeconds: 2, failureThreshold: 1 },
    // Younger than two minutes: a run takes one at most.
    livenessProbe: {
      exec: { command: ['sh', '-c', `test -n "$(find ${alive} -mmin -2)"`] },
      timeoutSeconds: 5,
      periodSeconds: 30,
      failureThreshold: 2,
    },
    volumeMounts: [mounts.config, mounts.users, mounts.sockets, mounts.credentials, mounts.roles],
  };
}

/** The exporter logs in by its UID, over the socket: it has no password that could leak. */
function exporter({ name }: InClusterDatabase): k8s.Container {
  return exporterContainer({
    name: 'postgres-exporter',
    image: exporterImage,
    uid: postgresUids.exporter,
    port: postgresMetricsPort,
    // Off unless asked for; without them nothing tells of a restart or of a transaction that never ends.
    args: ['--collector.postmaster', '--collector.long_running_transactions'],
    env: [
      {
        name: 'DATA_SOURCE_NAME',
        value: `host=${sockets} user=${serverRoles.exporter} dbname=${name} sslmode=disable`,
      },
    ],
    resources: exporterResources,
    volumeMounts: [mounts.sockets],
  });
}

function volumes({ postgresConf, password }: PostgresProps, identity: WorkloadIdentity): k8s.Volume[] {
  const size = (text: string) => k8s.Quantity.fromString(text);
  const { configMapName, key } = postgresConf;
  return [
    { name: 'config', configMap: { name: storeConfigName(identity) } },
    { name: 'parameters', configMap: { name: configMapName, items: [{ key, path: parametersFile }] } },
    {
      name: 'credentials',
      secret: { secretName: password.secretName, defaultMode: 0o440, items: [{ key: password.key, path: credential }] },
    },
    { name: 'sockets', emptyDir: { sizeLimit: size('1Mi') } },
    { name: 'roles', emptyDir: { sizeLimit: size('1Mi') } },
    { name: 'tls', emptyDir: { medium: 'Memory', sizeLimit: size('1Mi') } },
    // Workers of parallel queries meet here; the 64 MiB that a runtime gives end in 'could not resize shared memory segment'.
    { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: size('256Mi') } },
  ];
}

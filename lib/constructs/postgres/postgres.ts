import { Construct } from 'constructs';
import * as z from 'zod';
import type { LoginRole } from '../../platform/database-roles';
import { requireValid } from '../../platform/errors';
import { postgresFiles, postgresPaths, postgresServer } from '../../platform/postgres-pod';
import { type OnePodDatabase, onePodDatabase, postgresHost, postgresPort } from '../../platform/settings/database';
import { objectKey, objectName } from '../../platform/settings/formats';
import { postgresConf } from '../../platform/settings/postgres-parameters';
import { k8s } from '../kubernetes/k8s';
import { namespaceScopeSchema, type WorkloadIdentity, type WorkloadProps } from '../kubernetes/metadata';
import { type QuotaUsage, toRequirements } from '../kubernetes/resources';
import { StatefulServer } from '../stateful/stateful-server';
import { parametersFile, postgresUids, writeLoginsFile, writePostgresConfiguration } from './postgres-configuration';
import {
  clusterDirectory,
  makeCertificateContainer,
  makeInitContainer,
  makePostgresExporter,
  makeRolesSidecar,
  makeServerContainerBase,
  postgresExporterResources,
  postgresMetricsPort,
  postgresProgramPath,
  scriptResources,
} from './postgres-containers';
import {
  hasSignedCertificate,
  makePostgresVolumes,
  postgresMounts as mounts,
  type PostgresInputs,
} from './postgres-volumes';
import { ServerCertificate } from './server-certificate';

/** Properties of a `Postgres`. */
export interface PostgresProps extends PostgresInputs, WorkloadProps {
  /** Size, parameters and backup of the server. */
  readonly database: OnePodDatabase;
}

const secretKey = z.looseObject({ secretName: objectName, key: z.string().min(1, 'is empty; name a key') });
const propsSchema = z.looseObject({
  namespaceScope: namespaceScopeSchema,
  database: onePodDatabase,
  priorityClassName: objectName,
  roles: z.array(z.looseObject({ role: z.string(), passwordKey: objectKey })),
  passwordSecret: objectName,
  backupPassword: secretKey,
  postgresConf: z.looseObject({ configMapName: objectName, key: z.string().min(1, 'is empty; name a key') }),
});

/**
 * PostgreSQL 15 in one pod, on its own volume unless it is ephemeral. Services log in, encrypted, each as its own role.
 * The superuser can only connect through the pod's socket: `kubectl exec postgres-0 -- psql -U postgres`.
 */
export class Postgres extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** Name under which services reach the server. */
  readonly host = postgresHost;
  /** Ports that the pod listens on, by name. */
  readonly ports = { postgresql: postgresPort, metrics: postgresMetricsPort } as const;
  /** What the pod takes of the namespace's quota. */
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id);
    requireValid(propsSchema, props, 'Postgres');
    const { namespaceScope, database, roles, priorityClassName } = props;
    this.identity = { ...namespaceScope, name: postgresServer.workload, component: 'database' };
    this.quotaUsage = computePostgresQuotaUsage(this.identity.name, database);
    const files = writePostgresConfiguration(database, roles);
    if (hasSignedCertificate(database)) {
      new ServerCertificate(this, 'certificate', { identity: this.identity, services: [this.host] });
    }
    new StatefulServer(this, 'store', {
      identity: this.identity,
      uid: postgresUids.server,
      service: { name: this.host, portName: 'postgresql', port: postgresPort, targetPort: 'postgresql' },
      pods: { kind: 'single' },
      storage:
        database.kind === 'single' ? database.storage : { ephemeral: database.resources.limits.ephemeralStorage },
      files: { ...files, ...writeLoginsFile(roles) },
      restartsOnChangeOf: { ...files, [parametersFile]: postgresConf(database.parameters) },
      priorityClassName,
      terminationGracePeriodSeconds: 120,
      pod: { ...makePostgresContainers(database, roles), volumes: makePostgresVolumes(props, database, this.identity) },
    });
  }
}

/** The containers of PostgreSQL's pod. */
function makePostgresContainers(
  database: OnePodDatabase,
  roles: readonly LoginRole[],
): Required<Pick<k8s.PodSpec, 'initContainers' | 'containers'>> {
  return {
    initContainers: [
      makeInitContainer(database),
      ...(hasSignedCertificate(database) ? [] : [makeCertificateContainer()]),
    ],
    containers: [makeServer(database, roles), makeRolesSidecar(database, roles), makePostgresExporter(database)],
  };
}

/** What PostgreSQL's pod takes of a namespace's quota. A StatefulSet deletes the old pod before it makes the new one. */
function computePostgresQuotaUsage(workload: string, database: OnePodDatabase): QuotaUsage {
  const { resources } = database;
  return {
    workload,
    pods: 1,
    containers: [resources, scriptResources, postgresExporterResources],
    initContainers: [resources, ...(hasSignedCertificate(database) ? [] : [scriptResources])],
    claims: database.kind === 'single' ? [database.storage.size] : [],
  };
}

/** The server as process 1. On the image's stop signal, SIGINT, it closes connections and writes its data within seconds. */
function makeServer(database: OnePodDatabase, roles: readonly LoginRole[]): k8s.Container {
  return {
    ...makeServerContainerBase(postgresServer.container),
    command: ['postgres', '-c', `config_file=${postgresPaths.config}/${postgresFiles.server}`],
    env: [postgresProgramPath, clusterDirectory],
    ports: [{ name: 'postgresql', containerPort: postgresPort, protocol: 'TCP' }],
    resources: toRequirements(database.resources),
    ...makeServerProbes(database, roles),
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

/** The port opens before crash recovery ends: the TCP probe shows that the process is alive, pg_isready that it serves. */
function makeServerProbes(
  { name, user }: OnePodDatabase,
  [first]: readonly LoginRole[],
): Pick<k8s.Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  const tcp = { tcpSocket: { port: k8s.IntOrString.fromString('postgresql') }, timeoutSeconds: 5 };
  const server = [
    '--host=127.0.0.1',
    `--port=${postgresPort}`,
    `--username=${first?.role ?? user}`,
    `--dbname=${name}`,
  ];
  return {
    startupProbe: { ...tcp, periodSeconds: 5, failureThreshold: 120 },
    readinessProbe: {
      exec: { command: ['pg_isready', '--quiet', ...server] },
      timeoutSeconds: 10,
      periodSeconds: 5,
      failureThreshold: 3,
    },
    livenessProbe: { ...tcp, periodSeconds: 10, failureThreshold: 6 },
  };
}

import { k8s } from 'cdk8s-plus-27';
import type { PodDemand } from '../kubernetes/pod-demand';
import { resourceRequirements } from '../kubernetes/resources';
import { type InClusterDatabase, postgresPort } from './database';
import { postgresFiles, postgresPaths } from './postgres-configuration';
import {
  certificate,
  clusterDirectory,
  initialize,
  postgresExporter,
  postgresExporterResources,
  postgresProgramPath,
  rolesSidecar,
  scriptResources,
  serverImage,
} from './postgres-helpers';
import { postgresMounts as mounts } from './postgres-volumes';

/** The containers of the pod of PostgreSQL. */
export function postgresContainers(
  database: InClusterDatabase,
): Required<Pick<k8s.PodSpec, 'initContainers' | 'containers'>> {
  return {
    initContainers: [initialize(database), certificate()],
    containers: [server(database), rolesSidecar(database), postgresExporter(database)],
  };
}

/** What the pod of PostgreSQL takes of a namespace's quota. A StatefulSet starts the new pod when the old one is gone. */
export function postgresDemand({ resources, storage }: InClusterDatabase): PodDemand {
  return {
    pods: 1,
    containers: [resources, scriptResources, postgresExporterResources],
    initContainers: [resources, scriptResources],
    claims: [storage.size],
  };
}

/** The server as process 1. The image's stop signal is SIGINT: connections are cut and data is written, in seconds. */
function server(database: InClusterDatabase): k8s.Container {
  return {
    ...serverImage('postgres'),
    command: ['postgres', '-c', `config_file=${postgresPaths.config}/${postgresFiles.server}`],
    env: [postgresProgramPath, clusterDirectory],
    ports: [{ name: 'postgresql', containerPort: postgresPort, protocol: 'TCP' }],
    resources: resourceRequirements(database.resources),
    ...serverProbes(database),
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

/** The port opens before recovery after a crash ends: TCP tells that the process lives, pg_isready that it serves. */
function serverProbes({
  name,
  user,
}: InClusterDatabase): Pick<k8s.Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  const tcp = { tcpSocket: { port: k8s.IntOrString.fromString('postgresql') }, timeoutSeconds: 5 };
  const server = ['--host=127.0.0.1', `--port=${postgresPort}`, `--username=${user}`, `--dbname=${name}`];
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

import { redisPort } from '../../platform/settings/cache';
import type { ContainerResources } from '../../platform/settings/resources';
import { dataVolume } from '../../platform/workload-names';
import { findImage } from '../images';
import { k8s } from '../kubernetes/k8s';
import { pulledOnce, secureContainer } from '../kubernetes/pod-defaults';
import { makeSmallResources, toRequirements } from '../kubernetes/resources';
import { makeExporterContainer } from '../kubernetes/server-container';
import { redisFiles, redisPaths, redisRunFiles } from './redis-configuration';

export const redisMetricsPort = 9121;

export const redisExporterImage = findImage('redis-exporter');

/** UIDs of the processes. */
export const redisUids = { server: 10003, exporter: 10004, proxy: 10006 } as const;

export const redisExporterResources = makeSmallResources('100m', '64Mi');

/** A program of the cache, and the client that comes with it. */
export interface CacheProgram {
  readonly image: string;
  readonly cli: 'redis-cli' | 'valkey-cli';
}

/** Options of the server's container. */
export interface CacheServerOptions extends CacheProgram {
  /** What the start script runs once the users are written. */
  readonly command: readonly string[];
  readonly env: readonly k8s.EnvVar[];
  readonly resources: ContainerResources;
  /** Command that succeeds if the server can serve. */
  readonly ready: readonly string[];
  readonly volumeMounts: readonly k8s.VolumeMount[];
}

/** The server, with a start script that makes its administrator. */
export function makeCacheServer({
  image,
  cli,
  command,
  env,
  resources,
  ready,
  volumeMounts,
}: CacheServerOptions): k8s.Container {
  const tcp = { tcpSocket: { port: k8s.IntOrString.fromString('redis') }, timeoutSeconds: 5 };
  return {
    name: 'redis',
    image,
    ...pulledOnce,
    command: makeStartCommand(command),
    env: [...makeAdminEnvironment(cli, redisPort, redisFiles.users), ...env],
    ports: [{ name: 'redis', containerPort: redisPort, protocol: 'TCP' }],
    securityContext: secureContainer(redisUids.server),
    resources: toRequirements(resources),
    startupProbe: { ...tcp, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { exec: { command: [...ready] }, timeoutSeconds: 10, periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: {
      exec: { command: ['sh', '-c', isAlive(cli)] },
      timeoutSeconds: 10,
      periodSeconds: 10,
      failureThreshold: 6,
    },
    volumeMounts: [
      { name: dataVolume, mountPath: redisPaths.data },
      { name: 'config', mountPath: redisPaths.config, readOnly: true },
      { name: 'run', mountPath: redisPaths.run },
      ...volumeMounts,
    ],
  };
}

/** The command of a container whose start script makes an administrator. */
export function makeStartCommand(command: readonly string[]): string[] {
  return ['sh', `${redisPaths.config}/${redisFiles.start}`, ...command];
}

/** What the scripts of the administrator need. */
export function makeAdminEnvironment(cli: CacheProgram['cli'], port: number, users: string): k8s.EnvVar[] {
  return [
    { name: 'CLI', value: cli },
    { name: 'PORT', value: String(port) },
    { name: 'USERS_FILE', value: `${redisPaths.config}/${users}` },
    { name: 'ALL_USERS_FILE', value: redisRunFiles.users },
    { name: 'ADMIN_CREDENTIAL_FILE', value: redisRunFiles.adminCredential },
  ];
}

/**
 * Fails if the server gives no answer, or if a script has occupied it: a restart ends that, and it changed nothing yet. Other
 * errors, such as one while it loads its data, are answers of a server that lives.
 */
function isAlive(cli: CacheProgram['cli']): string {
  return `case $(${cli} -h 127.0.0.1 -p ${redisPort} ping 2>&1) in '' | BUSY* | 'Could not connect'*) exit 1 ;; esac`;
}

/** The exporter. It logs in as every client does, who cannot read the server's settings. */
export function makeCacheExporter(): k8s.Container {
  return makeExporterContainer({
    name: 'redis-exporter',
    image: redisExporterImage,
    uid: redisUids.exporter,
    port: redisMetricsPort,
    args: [],
    env: [
      { name: 'REDIS_ADDR', value: `redis://127.0.0.1:${redisPort}` },
      { name: 'REDIS_EXPORTER_CONFIG_COMMAND', value: '-' },
    ],
    resources: redisExporterResources,
    volumeMounts: [],
  });
}

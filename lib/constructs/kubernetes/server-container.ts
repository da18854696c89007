import type { ContainerResources } from '../../platform/settings/resources';
import { metricsPortName } from '../monitoring/scrape-endpoints';
import { k8s } from './k8s';
import { omitEmpty } from './metadata';
import { pulledOnce, secureContainer } from './pod-defaults';
import { toRequirements } from './resources';
import type { ClientService } from './workload-objects';

/** Options of a container that serves metrics. */
export interface ExporterOptions {
  readonly name: string;
  readonly image: string;
  readonly uid: number;
  readonly port: number;
  readonly args: string[];
  readonly env?: k8s.EnvVar[];
  readonly resources: ContainerResources;
  readonly volumeMounts: k8s.VolumeMount[];
}

/** Options of a server's container, which serves its metrics beside its clients. */
export interface ServerContainerOptions extends ExporterOptions {
  /** Path that responds once the server is ready, and the name of its port. */
  readonly ready: { readonly path: string; readonly port: string };
  /** Maximum seconds of a start, which includes reading the data written last. */
  readonly startSeconds: number;
  readonly ports?: k8s.ContainerPort[];
}

/** Arguments of a Prometheus server for its external URL. A proxy may remove the path of that URL. */
export function makeWebArgs(externalUrl: string): string[] {
  return [`--web.external-url=${externalUrl}`, '--web.route-prefix=/'];
}

/** The Service of a server that is opened by its HTTP port, which its container names `metrics`. */
export function makeWebService({ name, port }: { readonly name: string; readonly port: number }): ClientService {
  return { name, portName: 'http', port, targetPort: metricsPortName };
}

/** A container that serves HTTP on its port `metrics`. It is alive while it accepts connections. */
export function makeServerContainer(options: ServerContainerOptions): k8s.Container {
  const { ready, startSeconds, ports = [] } = options;
  const tcp = { tcpSocket: { port: metricsPort }, timeoutSeconds: 5 };
  const get = { httpGet: { path: ready.path, port: k8s.IntOrString.fromString(ready.port) }, timeoutSeconds: 5 };
  const container = makeMetricsContainer(options);
  return {
    ...container,
    ports: [...container.ports, ...ports],
    startupProbe: { ...get, periodSeconds: 5, failureThreshold: Math.ceil(startSeconds / 5) },
    readinessProbe: { ...get, periodSeconds: 10, failureThreshold: 3 },
    livenessProbe: { ...tcp, periodSeconds: 10, failureThreshold: 6 },
  };
}

/**
 * The sidecar that exports a store's metrics. Its readiness requests its front page, which does not depend on the store: an
 * exporter that cannot scrape raises an alert. Timeouts are long, since on a busy node an answer may take seconds.
 */
export function makeExporterContainer(options: ExporterOptions): k8s.Container {
  const tcp = { tcpSocket: { port: metricsPort }, timeoutSeconds: 10 };
  const get = { httpGet: { path: '/', port: metricsPort }, timeoutSeconds: 10 };
  return {
    ...makeMetricsContainer(options),
    startupProbe: { ...tcp, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { ...get, periodSeconds: 10, failureThreshold: 6 },
    livenessProbe: { ...tcp, periodSeconds: 20, failureThreshold: 3 },
  };
}

const metricsPort = k8s.IntOrString.fromString(metricsPortName);

function makeMetricsContainer({ name, image, uid, port, args, env = [], resources, volumeMounts }: ExporterOptions) {
  return {
    name,
    image,
    ...pulledOnce,
    args: omitEmpty(args),
    env: omitEmpty(env),
    ports: [{ name: metricsPortName, containerPort: port, protocol: 'TCP' }],
    resources: toRequirements(resources),
    securityContext: secureContainer(uid),
    volumeMounts: omitEmpty(volumeMounts),
  };
}

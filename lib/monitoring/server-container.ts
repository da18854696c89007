import { k8s } from 'cdk8s-plus-27';
import { nonEmpty } from '../kubernetes/non-empty';
import { containerSecurity } from '../kubernetes/pod';
import { pulledOnce } from '../kubernetes/pulled-once';
import { type ContainerResources, resourceRequirements } from '../kubernetes/resources';
import { metricsPortName } from './endpoints';

/** Options of a container of the monitoring. */
export interface ServerContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly uid: number;
  readonly port: number;
  readonly args: string[];
  readonly resources: ContainerResources;
  readonly volumeMounts: k8s.VolumeMount[];
  /** Path that answers once it serves, and the name of its port. */
  readonly ready: { readonly path: string; readonly port: string };
  /** Seconds that a start may take: as long as it takes to read what was written last. */
  readonly startSeconds: number;
  readonly env?: k8s.EnvVar[];
  readonly ports?: k8s.ContainerPort[];
}

/** Arguments of a server of the Prometheus project that is opened under a URL, whose path a proxy may take off. */
export function webArgs(externalUrl: string): string[] {
  return [`--web.external-url=${externalUrl}`, '--web.route-prefix=/'];
}

/** A container that serves HTTP on its port `metrics`. It is ready when it says so, and alive while it takes connections. */
export function serverContainer(options: ServerContainerOptions): k8s.Container {
  const { name, image, uid, port, args, env = [], resources, volumeMounts, ready, startSeconds, ports = [] } = options;
  const tcp = { tcpSocket: { port: k8s.IntOrString.fromString(metricsPortName) }, timeoutSeconds: 5 };
  const get = { httpGet: { path: ready.path, port: k8s.IntOrString.fromString(ready.port) }, timeoutSeconds: 5 };
  return {
    name,
    image,
    ...pulledOnce,
    args: nonEmpty(args),
    env: nonEmpty(env),
    ports: [{ name: metricsPortName, containerPort: port, protocol: 'TCP' }, ...ports],
    resources: resourceRequirements(resources),
    securityContext: containerSecurity(uid),
    startupProbe: { ...get, periodSeconds: 5, failureThreshold: Math.ceil(startSeconds / 5) },
    readinessProbe: { ...get, periodSeconds: 10, failureThreshold: 3 },
    livenessProbe: { ...tcp, periodSeconds: 10, failureThreshold: 6 },
    volumeMounts: nonEmpty(volumeMounts),
  };
}

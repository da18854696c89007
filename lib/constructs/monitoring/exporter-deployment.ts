import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { ContainerResources } from '../../platform/settings/resources';
import {
  nonEmpty,
  selectorLabels,
  type WorkloadIdentity,
  workloadLabels,
  workloadMetadata,
} from '../kubernetes/metadata';
import {
  containerSecurity,
  noApiAccess,
  onLinux,
  podSecurity,
  pulledOnce,
  spreadAcrossNodes,
} from '../kubernetes/pod-defaults';
import { resourceRequirements } from '../kubernetes/resources';
import type { ClientService } from '../stateful/stateful-server';
import { metricsPortName } from './scrape-endpoints';

/** Properties of an `ExporterDeployment`. */
export interface ExporterDeploymentProps {
  readonly identity: WorkloadIdentity;
  readonly uid: number;
  readonly priorityClassName: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pod: Required<Pick<k8s.PodSpec, 'containers' | 'volumes'>> & Pick<k8s.PodSpec, 'initContainers'>;
}

/** A stateless exporter with its account. One pod is enough: a second would export the same. */
export class ExporterDeployment extends Construct {
  constructor(scope: Construct, id: string, props: ExporterDeploymentProps) {
    super(scope, id);
    const { identity, uid, priorityClassName, annotations, pod } = props;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: workloadMetadata(identity),
      automountServiceAccountToken: false,
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: workloadMetadata(identity),
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorLabels(identity) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        minReadySeconds: 10,
        revisionHistoryLimit: 5,
        template: {
          metadata: { labels: workloadLabels(identity), annotations },
          spec: {
            serviceAccountName: identity.name,
            ...noApiAccess,
            ...onLinux,
            priorityClassName,
            securityContext: podSecurity(uid),
            ...spreadAcrossNodes(identity.name, 1),
            terminationGracePeriodSeconds: 30,
            ...pod,
          },
        },
      },
    });
  }
}

/** Maximum number of an exporter's pods during a rollout: the old, the new, and one that is terminating. */
export const exporterPods = 3;

/** Options of a container that serves metrics. */
export interface ServerContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly uid: number;
  readonly port: number;
  readonly args: string[];
  readonly resources: ContainerResources;
  readonly volumeMounts: k8s.VolumeMount[];
  /** Path that responds once the server is ready, and the name of its port. */
  readonly ready: { readonly path: string; readonly port: string };
  /** Maximum seconds of a start, which includes reading the data written last. */
  readonly startSeconds: number;
  readonly env?: k8s.EnvVar[];
  readonly ports?: k8s.ContainerPort[];
}

/** Arguments of a Prometheus server for its external URL. A proxy may remove the path of that URL. */
export function webArgs(externalUrl: string): string[] {
  return [`--web.external-url=${externalUrl}`, '--web.route-prefix=/'];
}

/** The Service of a server that is opened by its HTTP port, which its container names `metrics`. */
export function webService({ name, port }: { readonly name: string; readonly port: number }): ClientService {
  return { name, portName: 'http', port, targetPort: metricsPortName };
}

/** A container that serves HTTP on its port `metrics`. It is alive while it accepts connections. */
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

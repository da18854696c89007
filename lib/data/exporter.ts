import { k8s } from 'cdk8s-plus-27';
import { containerSecurity } from '../kubernetes/pod';
import { type ContainerResources, resourceRequirements } from '../kubernetes/resources';

/** Options of an exporter beside a store. */
export interface ExporterOptions {
  readonly name: string;
  readonly image: string;
  readonly uid: number;
  readonly port: number;
  readonly args: string[];
  readonly env: k8s.EnvVar[];
  readonly resources: ContainerResources;
  readonly volumeMounts: k8s.VolumeMount[];
}

/**
 * The container of an exporter. Its readiness asks for its front page, which tells nothing of the store: an exporter that
 * cannot scrape is an alert, and no reason to take the store from its clients.
 */
export function exporterContainer({
  name,
  image,
  uid,
  port,
  args,
  env,
  resources,
  volumeMounts,
}: ExporterOptions): k8s.Container {
  const metrics = k8s.IntOrString.fromString('metrics');
  const tcp = { tcpSocket: { port: metrics }, timeoutSeconds: 5 };
  return {
    name,
    image,
    imagePullPolicy: 'Always',
    args,
    env,
    ports: [{ name: 'metrics', containerPort: port, protocol: 'TCP' }],
    securityContext: containerSecurity(uid),
    resources: resourceRequirements(resources),
    startupProbe: { ...tcp, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: {
      httpGet: { path: '/', port: metrics },
      timeoutSeconds: 5,
      periodSeconds: 10,
      failureThreshold: 3,
    },
    livenessProbe: { ...tcp, periodSeconds: 20, failureThreshold: 3 },
    volumeMounts,
  };
}

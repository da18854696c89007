import { k8s } from 'cdk8s-plus-27';
import type { ContainerResources } from '../../platform/settings/resources';
import { nonEmpty } from '../kubernetes/metadata';
import { containerSecurity, pulledOnce } from '../kubernetes/pod-defaults';
import { resourceRequirements } from '../kubernetes/resources';

/** Options of a store's exporter. */
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
 * The sidecar that exports a store's metrics. Its readiness requests its front page, which does not depend on the store: an
 * exporter that cannot scrape raises an alert. Timeouts are long, since on a busy node an answer may take seconds.
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
  const tcp = { tcpSocket: { port: metrics }, timeoutSeconds: 10 };
  return {
    name,
    image,
    ...pulledOnce,
    args: nonEmpty(args),
    env: nonEmpty(env),
    ports: [{ name: 'metrics', containerPort: port, protocol: 'TCP' }],
    securityContext: containerSecurity(uid),
    resources: resourceRequirements(resources),
    startupProbe: { ...tcp, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: {
      httpGet: { path: '/', port: metrics },
      timeoutSeconds: 10,
      periodSeconds: 10,
      failureThreshold: 6,
    },
    livenessProbe: { ...tcp, periodSeconds: 20, failureThreshold: 3 },
    volumeMounts: nonEmpty(volumeMounts),
  };
}

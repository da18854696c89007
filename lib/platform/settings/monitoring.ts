import * as z from 'zod';
import { cidrs, count, hostname, webUrl } from './formats';
import { goalFields, type MonitoringGoals } from './objectives';
import { type OperatorMonitoring, operatorMonitoring } from './operator-monitoring';
import { type PrometheusSettings, prometheusSettings } from './prometheus';
import { type Receivers, receiversSchema } from './receivers';
import { type RemoteWrite, remoteWritesSchema } from './remote-write';
import { type ServerSettings, serverSettings } from './resources';
import { type SecretSource, secretSourceSchema } from './secret-source';

/** How an environment is monitored: by servers of its own, by those of the cluster, or not at all. */
export type Monitoring<Service extends string = string> =
  | BundledMonitoring<Service>
  | OperatorMonitoring<Service>
  | NoMonitoring;

/**
 * Nothing collects metrics, no alert is sent, and no dashboard is made. The exporters of the stores stay in their pods, so
 * that a change of the kind restarts no store.
 */
export interface NoMonitoring {
  readonly kind: 'none';
}

/** Prometheus, Alertmanager and Grafana of the environment's own, in a namespace of their own. */
export interface BundledMonitoring<Service extends string = string> extends MonitoringGoals<Service> {
  readonly kind: 'bundled';
  /** Collects and keeps metrics, and evaluates the rules. */
  readonly prometheus: PrometheusSettings;
  /** Sends alerts to the receivers. */
  readonly alertmanager: AlertmanagerSettings;
  /** Shows the dashboards. */
  readonly grafana: ServerSettings;
  /** The cluster's nodes. */
  readonly nodes: NodeSettings;
  /**
   * Services that serve the metrics of the ingress controller and of cert-manager. A headless one routes to each of
   * their pods; any other to one of them at a time, which is right only for a single pod.
   */
  readonly externalTargets: ExternalTargets;
  /** Where alerts go. */
  readonly receivers: Receivers;
  /** Servers to which Prometheus also sends its samples, to keep them longer or to see several clusters; else none. */
  readonly remoteWrite: readonly RemoteWrite[];
  /** Where the values of the monitoring's secrets come from. */
  readonly secrets: SecretSource;
  /** URLs of the servers for people, used in the links of notifications and pages. */
  readonly externalUrls: ExternalUrls;
}

/**
 * URLs of the monitoring servers for people, without a slash at the end.
 * The servers have no Ingress: use the URL of your own ingress or proxy, or `http://localhost:9090` and so on for
 * `kubectl port-forward` (docs/runbooks/README.md).
 */
export interface ExternalUrls {
  /** Prometheus, such as `http://localhost:9090`. */
  readonly prometheus: string;
  /** Alertmanager, such as `http://localhost:9093`. */
  readonly alertmanager: string;
  /** Grafana, such as `http://localhost:3000`. */
  readonly grafana: string;
}

/** Size of Alertmanager. */
export interface AlertmanagerSettings extends ServerSettings {
  /** Pods. Three share what they have sent, so that one may fail; a single one sends nothing while it is down. Such as 3. */
  readonly replicas: number;
}

/** The nodes that are monitored. */
export interface NodeSettings {
  /** Addresses of the nodes in CIDR notation, whose kubelets and node-exporters are scraped, such as `10.0.0.0/16`. */
  readonly cidrs: readonly string[];
  /** What has signed the kubelets' certificates: the cluster, or each kubelet its own, which then proves nothing. */
  readonly kubeletCertificates: 'cluster' | 'self-signed';
}

/** Services outside the platform that serve metrics, by their DNS names in the cluster. */
export interface ExternalTargets {
  /** The ingress controller's, such as `metrics.ingress-nginx.svc`; `none` if there is none. */
  readonly ingressNginx: string;
  /** That of the Gateway's proxies, such as `veza-metrics.envoy-gateway-system.svc`; `none` if there is none. */
  readonly gateway: string;
  /** cert-manager's, such as `cert-manager.cert-manager.svc`; `none` if there is none. */
  readonly certManager: string;
}

/** Host name of an external Service that serves metrics, or `none`. */
const externalService = z.union(
  [z.literal('none'), hostname],
  'use a host name such as metrics.ingress-nginx.svc, or none',
);

const externalUrl = webUrl.regex(/[^/]$/, 'leave out the slash at the end');

const bundledMonitoring = z.strictObject({
  kind: z.literal('bundled'),
  ...goalFields,
  prometheus: prometheusSettings,
  alertmanager: serverSettings.extend({ replicas: count }),
  grafana: serverSettings,
  nodes: z.strictObject({
    cidrs,
    kubeletCertificates: z.enum(['cluster', 'self-signed']),
  }),
  externalTargets: z.strictObject({
    ingressNginx: externalService,
    gateway: externalService,
    certManager: externalService,
  }),
  receivers: receiversSchema,
  remoteWrite: remoteWritesSchema,
  secrets: secretSourceSchema,
  externalUrls: z.strictObject({ prometheus: externalUrl, alertmanager: externalUrl, grafana: externalUrl }),
});

const noMonitoring = z.strictObject({ kind: z.literal('none') });

/** @internal */
export const monitoringSchema = z.discriminatedUnion('kind', [bundledMonitoring, operatorMonitoring, noMonitoring]);

/**
 * The same, with the schema of the objectives of a platform's services.
 * @internal
 */
export function makeMonitoringSchema(objectives: z.ZodType): z.ZodType {
  const kinds = [
    bundledMonitoring.extend({ objectives }),
    operatorMonitoring.extend({ objectives }),
    noMonitoring,
  ] as const;
  return z.discriminatedUnion('kind', kinds);
}

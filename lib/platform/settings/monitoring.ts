import * as z from 'zod';
import { reportProblem } from '../errors';
import { cidrs, count, hostname, quantityFrom } from './formats';
import { objectiveSchema, runbookUrl } from './objectives';
import { type OperatorMonitoring, operatorMonitoring } from './operator-monitoring';
import { priority } from './priorities';
import { toBinaryQuantity, tryParseQuantity } from './quantity';
import { type Receivers, receiversSchema } from './receivers';
import { type RemoteWrite, remoteWritesSchema } from './remote-write';
import { type ContainerResources, containerResources, type Storage, storageSchema } from './resources';
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
export interface BundledMonitoring<Service extends string = string> {
  readonly kind: 'bundled';
  /** Priority of its pods, 1 to 1000000000: below that of the services, which are evicted last, such as 5000. */
  readonly priority: number;
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
  /** Service level objective of each service: per cent of good events over 30 days, 95 to below 100, such as 99.9. */
  readonly objectives: { readonly [Name in Service]: number };
  /** Where runbooks are read: an https URL without a slash at the end, such as `https://runbooks.example.com`. */
  readonly runbookBaseUrl: string;
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

/** Size of a monitoring server. */
export interface ServerSettings {
  /** Resources of its container. */
  readonly resources: ContainerResources;
  /** Volume of each of its pods. */
  readonly storage: Storage;
}

/** Size of Prometheus, and how long it keeps metrics. */
export interface PrometheusSettings extends ServerSettings {
  /** Pods, each of which collects everything: 2 to survive the loss of one. At least 1. */
  readonly replicas: number;
  /** How much is kept. */
  readonly retention: Retention;
}

/** How much Prometheus keeps: metrics are deleted when either limit is exceeded. */
export interface Retention {
  /** Days, at least 35: the error budget is of 30 days. */
  readonly days: number;
  /** Bytes as a Kubernetes quantity, at most 85 % of the volume, such as `16Gi`. */
  readonly size: string;
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

/** Days that Prometheus keeps at least: the error budget is of 30, and a month's review comes after its end. */
const minimumRetentionDays = 35;

/** Share of a volume that data may fill: a block that is being written counts only when it is whole. */
const maximumFillRatio = 0.85;

/** @internal */
export const prometheusSettings = z
  .strictObject({
    replicas: count,
    resources: containerResources,
    storage: storageSchema,
    retention: z.strictObject({
      days: z
        .int('use a whole number')
        .min(minimumRetentionDays, `use at least ${minimumRetentionDays}: the error budget is of 30 days`),
      size: quantityFrom('1Mi'),
    }),
  })
  .superRefine(({ storage, retention }, context) => {
    const [volume, kept] = [tryParseQuantity(storage.size), tryParseQuantity(retention.size)];
    if (volume === undefined || kept === undefined) return;
    const most = Math.floor(volume * maximumFillRatio);
    if (kept <= most) return;
    const room = toBinaryQuantity(Math.floor(most / 2 ** 20) * 2 ** 20);
    reportProblem(
      context,
      ['retention', 'size'],
      `is more than 85 % of the volume of ${storage.size}; keep at most ${room}, or enlarge the volume`,
    );
  });

const server = { resources: containerResources, storage: storageSchema };

/** Host name of an external Service that serves metrics, or `none`. */
const externalService = z.union(
  [z.literal('none'), hostname],
  'use a host name such as metrics.ingress-nginx.svc, or none',
);

const externalUrl = z
  .url({ protocol: /^https?$/, error: 'use an http or https URL' })
  .regex(/[^/]$/, 'leave out the slash at the end');

const bundledMonitoring = z.strictObject({
  kind: z.literal('bundled'),
  priority,
  prometheus: prometheusSettings,
  alertmanager: z.strictObject({ replicas: count, ...server }),
  grafana: z.strictObject(server),
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
  objectives: z.record(z.string(), objectiveSchema),
  runbookBaseUrl: runbookUrl,
  externalUrls: z.strictObject({ prometheus: externalUrl, alertmanager: externalUrl, grafana: externalUrl }),
});

const noMonitoring = z.strictObject({ kind: z.literal('none') });

/** @internal */
export const monitoringSchema = z.discriminatedUnion('kind', [bundledMonitoring, operatorMonitoring, noMonitoring]);

/**
 * The same, with the schema of the objectives of a platform's services.
 * @internal
 */
export function monitoringWith(objectives: z.ZodType): z.ZodType {
  const kinds = [
    bundledMonitoring.extend({ objectives }),
    operatorMonitoring.extend({ objectives }),
    noMonitoring,
  ] as const;
  return z.discriminatedUnion('kind', kinds);
}

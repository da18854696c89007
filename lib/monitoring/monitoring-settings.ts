import * as z from 'zod';
import { secretSourceSchema } from '../bundles/secret-source';
import { storageSchema } from '../data/storage';
import { cidr, hostname, quantity } from '../kubernetes/formats';
import { formatBytes, parseQuantity } from '../kubernetes/quantity';
import { containerResources } from '../kubernetes/resources';
import { priority } from '../namespace/priorities';
import { receiversSchema } from './alerting/receivers';

const replicas = z.int('use a whole number').min(1, 'use at least 1');

/** Days that Prometheus keeps at least: the error budget is of 30, and a month's review comes after its end. */
const leastDays = 35;

/** Share of a volume that data may fill: a block that is being written counts only when it is whole. */
const fillable = 0.85;

/** How large a Prometheus is, and how long it remembers. */
export const prometheusSettings = z
  .strictObject({
    replicas,
    resources: containerResources,
    storage: storageSchema,
    /** What is kept: until it is older than this, or more than this. */
    retention: z.strictObject({
      days: z.int('use a whole number').min(leastDays, `use at least ${leastDays}: the error budget is of 30 days`),
      size: quantity,
    }),
  })
  .superRefine(({ storage, retention }, context) => {
    const most = Math.floor(parseQuantity(storage.size) * fillable);
    if (parseQuantity(retention.size) <= most) return;
    const room = formatBytes(Math.floor(most / 2 ** 20) * 2 ** 20);
    context.addIssue({
      code: 'custom',
      path: ['retention', 'size'],
      input: retention.size,
      message: `is more than 85 % of the volume of ${storage.size}; keep at most ${room}, or enlarge the volume`,
    });
  });

const server = { resources: containerResources, storage: storageSchema };

/** A Service of somebody else that leads to metrics, by the name that the cluster's DNS knows, or that there is none. */
const foreignService = z.union(
  [z.literal('none'), hostname],
  'use a host name such as metrics.ingress-nginx.svc, or none',
);

/** How an environment is watched. */
export const monitoringSchema = z.strictObject({
  /** Priority of its pods: above the services', which nobody would see fall. */
  priority,
  prometheus: prometheusSettings,
  /** Three tell each other what they have sent; one tells everything at once and is silent when it is gone. */
  alertmanager: z.strictObject({ replicas, ...server }),
  grafana: z.strictObject(server),
  nodes: z.strictObject({
    /** Addresses of the nodes, whose kubelets and node-exporters are scraped. */
    cidrs: z.array(cidr).min(1, 'is empty; name at least one range').readonly(),
    /** Who has signed the kubelets' certificates: the cluster, or each kubelet its own, which then proves nothing. */
    kubeletCertificates: z.enum(['cluster', 'self-signed'], 'use cluster or self-signed'),
  }),
  /**
   * Services that lead to the metrics of the ingress controller and of cert-manager. A headless one leads to each of their
   * pods; any other to one of them at a time, which is right only for a single pod.
   */
  foreign: z.strictObject({ ingressNginx: foreignService, certManager: foreignService }),
  /**
   * Whether the public hosts have certificates that clients trust. Those of an issuer for tests are not, and every probe
   * would fail for it.
   */
  publicCertificates: z.enum(['trusted', 'untrusted'], 'use trusted or untrusted'),
  receivers: receiversSchema,
  /** Where the values of the monitoring's secrets come from. */
  secrets: secretSourceSchema,
  /** Where runbooks are read, without a slash at the end. */
  runbookBaseUrl: z
    .url({ protocol: /^https$/, error: 'use an https URL' })
    .regex(/[^/]$/, 'leave out the slash at the end'),
});

/** How an environment is watched, but for the objectives of its services. */
export type MonitoringSettings = z.infer<typeof monitoringSchema>;

/** Per cent of a service's events that are to be good. Below 93.1 % no outage burns 14.4 times as fast as allowed. */
export const objectiveSchema = z
  .number('use a number of per cent, such as 99.9')
  .min(95, 'use per cent, 95 or more, such as 99.9')
  .lt(100, 'leaves no budget for errors, and every one of them would be an alert; use less than 100, such as 99.9');

/** An objective as a share, written without the noise of binary fractions: 0.999 for 99.9 %. */
export function objectiveRatio(percent: number): number {
  return Number((percent / 100).toPrecision(12));
}

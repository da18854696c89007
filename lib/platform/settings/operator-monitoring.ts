import * as z from 'zod';
import { annotations, dnsLabel, labels, selectorLabels } from './formats';
import { goalFields, type MonitoringGoals } from './objectives';
import { type Receivers, receiversSchema } from './receivers';
import { type SecretSource, secretSourceSchema } from './secret-source';

/**
 * A Prometheus of the cluster, run by the Prometheus Operator, as in kube-prometheus-stack: the environment states what it
 * scrapes, alerts on and shows, and runs no server but the prober of its public hosts, and the Loki of its logs.
 */
export interface OperatorMonitoring<Service extends string = string> extends MonitoringGoals<Service> {
  readonly kind: 'operator';
  /** Labels by which the operator selects objects, such as `{ release: 'kube-prometheus-stack' }`. */
  readonly labels: { readonly [name: string]: string };
  /** The pods of the Prometheus that scrapes. */
  readonly prometheus: ServerPods;
  /** The pods of the Grafana that shows dashboards and logs. */
  readonly grafana: ServerPods;
  /** Who sends the alerts, and where. */
  readonly alerts: OperatorAlerts;
  /** Where the dashboards are shown. */
  readonly dashboards: OperatorDashboards;
}

/** The pods of a server of the cluster, which the network policies let in. */
export interface ServerPods {
  /** Their namespace, such as `monitoring`. */
  readonly namespace: string;
  /** Labels that they have, such as `{ 'app.kubernetes.io/name': 'prometheus' }`. */
  readonly podLabels: { readonly [name: string]: string };
}

/** How alerts leave the cluster. */
export type OperatorAlerts = ClusterAlerts | ReceiverAlerts;

/** The cluster's own configuration of Alertmanager sends them: it sees the labels `environment`, `namespace` and `severity`. */
export interface ClusterAlerts {
  readonly kind: 'cluster';
}

/** An AlertmanagerConfig of the environment sends them to receivers of its own. */
export interface ReceiverAlerts {
  readonly kind: 'receivers';
  /** Where alerts go. */
  readonly receivers: Receivers;
  /** Where the values of the receivers' secrets come from. The Secret is in the namespace of the environment. */
  readonly secrets: SecretSource;
}

/** How the Grafana of the cluster finds dashboards. */
export type OperatorDashboards = SidecarDashboards | GrafanaOperatorDashboards | NoDashboards;

/** A sidecar of Grafana collects ConfigMaps, as in kube-prometheus-stack. */
export interface SidecarDashboards {
  readonly kind: 'sidecar';
  /** Labels that it collects, such as `{ grafana_dashboard: '1' }`. */
  readonly labels: { readonly [name: string]: string };
  /** Annotations for it, such as `{ grafana_folder: 'Veza' }`; `{}` for none. */
  readonly annotations: { readonly [name: string]: string };
  /** Labels of ConfigMaps with data sources that it collects, such as `{ grafana_datasource: '1' }`. */
  readonly dataSourceLabels: { readonly [name: string]: string };
}

/** The Grafana Operator imports GrafanaDashboards and GrafanaDatasources. */
export interface GrafanaOperatorDashboards {
  readonly kind: 'grafana-operator';
  /** Labels of the Grafana that shows them, such as `{ dashboards: 'grafana' }`. */
  readonly instanceLabels: { readonly [name: string]: string };
  /** Folder that they are in, such as `Veza`. */
  readonly folder: string;
}

/** No dashboard is made. */
export interface NoDashboards {
  readonly kind: 'none';
}

const serverPods = z.strictObject({ namespace: dnsLabel, podLabels: selectorLabels });

const alerts = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cluster') }),
  z.strictObject({ kind: z.literal('receivers'), receivers: receiversSchema, secrets: secretSourceSchema }),
]);

const dashboards = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sidecar'),
    labels: selectorLabels,
    annotations,
    dataSourceLabels: selectorLabels,
  }),
  z.strictObject({
    kind: z.literal('grafana-operator'),
    instanceLabels: selectorLabels,
    folder: z.string().min(1, 'is empty; name a folder'),
  }),
  z.strictObject({ kind: z.literal('none') }),
]);

/** @internal */
export const operatorMonitoring = z.strictObject({
  kind: z.literal('operator'),
  ...goalFields,
  labels,
  prometheus: serverPods,
  grafana: serverPods,
  alerts,
  dashboards,
});

import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { RuleGroup } from '../rules/rule';

/** Metadata and spec of a custom object, with the fields that we set; tests hold them against the CRDs' schemas. */
interface CustomObject<Spec> {
  readonly metadata: k8s.ObjectMeta;
  readonly spec: Spec;
}

/** A relabeling step. The action is stated, because the API server adds its default. */
export interface Relabeling {
  readonly action: string;
  readonly sourceLabels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly targetLabel?: string;
  readonly replacement?: string;
}

/** Limits of a target. */
export interface TargetLimits {
  readonly sampleLimit: number;
  readonly labelLimit: number;
  readonly labelValueLengthLimit: number;
  readonly targetLimit: number;
  readonly keepDroppedTargets: number;
}

/** The fields of a `PodMonitor` that we set. Without another it is about its own namespace. */
export interface PodMonitorSpec extends TargetLimits {
  readonly selector: k8s.LabelSelector;
  readonly bodySizeLimit: string;
  readonly fallbackScrapeProtocol?: string;
  readonly podMetricsEndpoints: readonly {
    readonly port: string;
    readonly honorLabels?: boolean;
    readonly filterRunning: true;
    readonly interval?: string;
    readonly scrapeTimeout?: string;
    readonly relabelings: readonly Relabeling[];
  }[];
}

/** A `PodMonitor` of the Prometheus Operator: pods to scrape. */
export class PodMonitor extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomObject<PodMonitorSpec>) {
    super(scope, id, { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', ...props });
  }
}

/** The fields of a `Probe` that we set. */
export interface ProbeSpec extends TargetLimits {
  readonly jobName: string;
  readonly interval: string;
  readonly scrapeTimeout: string;
  readonly module: string;
  readonly prober: { readonly url: string; readonly path: string };
  readonly targets: {
    readonly staticConfig: {
      readonly static: readonly string[];
      readonly labels: Readonly<Record<string, string>>;
      readonly relabelingConfigs: readonly Relabeling[];
    };
  };
}

/** A `Probe` of the Prometheus Operator: hosts to probe. */
export class Probe extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomObject<ProbeSpec>) {
    super(scope, id, { apiVersion: 'monitoring.coreos.com/v1', kind: 'Probe', ...props });
  }
}

/** A `PrometheusRule` of the Prometheus Operator: groups of rules, as in a rule file. */
export class PrometheusRule extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomObject<{ readonly groups: readonly RuleGroup[] }>) {
    super(scope, id, { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', ...props });
  }
}

/** A matcher of Alertmanager. */
export interface AlertMatcher {
  readonly name: string;
  readonly value: string;
  readonly matchType: '=' | '!=' | '=~' | '!~';
}

/** A route of Alertmanager. */
export interface Route {
  readonly receiver: string;
  readonly matchers: readonly AlertMatcher[];
  readonly groupBy?: readonly string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval: string;
  readonly routes?: readonly Route[];
}

/** A receiver of Alertmanager: its name, and lists of integrations under the names of the CRD. */
export type NamedReceiver = { readonly name: string } & Readonly<Record<string, unknown>>;

/** The fields of an `AlertmanagerConfig` that we set. */
export interface AlertmanagerConfigSpec {
  readonly route: Route;
  readonly inhibitRules: readonly {
    readonly sourceMatch: readonly AlertMatcher[];
    readonly targetMatch: readonly AlertMatcher[];
    readonly equal: readonly string[];
  }[];
  readonly receivers: readonly NamedReceiver[];
}

/** An `AlertmanagerConfig` of the Prometheus Operator: where alerts of a namespace go. */
export class AlertmanagerConfig extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomObject<AlertmanagerConfigSpec>) {
    super(scope, id, { apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'AlertmanagerConfig', ...props });
  }
}

/** The fields of a `GrafanaDashboard` that we set. */
export interface GrafanaDashboardSpec {
  readonly allowCrossNamespaceImport: true;
  readonly instanceSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly folder: string;
  readonly configMapRef: { readonly name: string; readonly key: string };
}

/** The fields of a `GrafanaDatasource` that we set. */
export interface GrafanaDatasourceSpec {
  readonly allowCrossNamespaceImport: true;
  readonly instanceSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly uid: string;
  readonly datasource: object;
}

/** A `GrafanaDatasource` of the Grafana Operator. */
export class GrafanaDatasource extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomObject<GrafanaDatasourceSpec>) {
    super(scope, id, { apiVersion: 'grafana.integreatly.org/v1beta1', kind: 'GrafanaDatasource', ...props });
  }
}

/** A `GrafanaDashboard` of the Grafana Operator. */
export class GrafanaDashboard extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomObject<GrafanaDashboardSpec>) {
    super(scope, id, { apiVersion: 'grafana.integreatly.org/v1beta1', kind: 'GrafanaDashboard', ...props });
  }
}

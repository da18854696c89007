import type { KubernetesManifest } from '../../lib/manifests/manifest';

/**
 * What the Prometheus Operator makes of its objects, as far as ours use it: `generatePodMonitorConfig` and
 * `generateProbeConfig` of pkg/prometheus/promcfg.go, and pkg/alertmanager/amcfg.go, of version 0.93.
 */
type Mapping = Readonly<Record<string, unknown>>;

interface Relabeling {
  readonly action: string;
  readonly sourceLabels?: readonly string[];
  readonly targetLabel?: string;
  readonly regex?: string;
  readonly replacement?: string;
}

interface PodMonitor extends KubernetesManifest {
  readonly spec: {
    readonly selector: {
      readonly matchLabels?: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly {
        readonly key: string;
        readonly operator: 'NotIn';
        readonly values: string[];
      }[];
    };
    readonly fallbackScrapeProtocol?: string;
    readonly podMetricsEndpoints: readonly {
      readonly port: string;
      readonly honorLabels?: boolean;
      readonly interval?: string;
      readonly scrapeTimeout?: string;
      readonly relabelings: readonly Relabeling[];
    }[];
  };
}

interface Probe extends KubernetesManifest {
  readonly spec: {
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
  };
}

/** The scrape job of a PodMonitor. */
export function podMonitorJob(object: KubernetesManifest): Mapping & { readonly job_name: string } {
  const { metadata, spec } = object as PodMonitor;
  const [endpoint] = spec.podMetricsEndpoints;
  if (endpoint === undefined) throw new Error(`${metadata.name} has no endpoint`);
  const { matchLabels = {}, matchExpressions = [] } = spec.selector;
  const podLabel = (key: string) => [`__meta_kubernetes_pod_label_${key}`, `__meta_kubernetes_pod_labelpresent_${key}`];
  return {
    job_name: `podMonitor/${metadata.namespace}/${metadata.name}/0`,
    honor_labels: endpoint.honorLabels ?? false,
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [metadata.namespace] } }],
    ...stated({
      scrape_interval: endpoint.interval,
      scrape_timeout: endpoint.scrapeTimeout,
      fallback_scrape_protocol: spec.fallbackScrapeProtocol,
    }),
    relabel_configs: [
      { source_labels: ['job'], target_label: '__tmp_prometheus_job_name' },
      { source_labels: ['__meta_kubernetes_pod_phase'], regex: '(Failed|Succeeded)', action: 'drop' },
      ...Object.entries(matchLabels).map(([key, value]) => ({
        action: 'keep',
        source_labels: podLabel(key),
        regex: `(${value});true`,
      })),
      ...matchExpressions.map(({ key, values }) => ({
        action: 'drop',
        source_labels: podLabel(key),
        regex: `(${values.join('|')});true`,
      })),
      { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: endpoint.port },
      { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
      { source_labels: ['__meta_kubernetes_pod_container_name'], target_label: 'container' },
      { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
      { target_label: 'job', replacement: `${metadata.namespace}/${metadata.name}` },
      { target_label: 'endpoint', replacement: endpoint.port },
      ...endpoint.relabelings.map(relabelConfig),
    ],
  };
}

/** The scrape job of a Probe. */
export function probeJob(object: KubernetesManifest): Mapping & { readonly job_name: string } {
  const { metadata, spec } = object as Probe;
  const { static: targets, labels, relabelingConfigs } = spec.targets.staticConfig;
  return {
    job_name: `probe/${metadata.namespace}/${metadata.name}`,
    metrics_path: spec.prober.path,
    scrape_interval: spec.interval,
    scrape_timeout: spec.scrapeTimeout,
    params: { module: [spec.module] },
    static_configs: [{ targets, labels: { namespace: metadata.namespace, ...labels } }],
    relabel_configs: [
      { source_labels: ['job'], target_label: '__tmp_prometheus_job_name' },
      { target_label: 'job', replacement: spec.jobName },
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: spec.prober.url },
      ...relabelingConfigs.map(relabelConfig),
    ],
  };
}

function relabelConfig({ action, sourceLabels, targetLabel, regex, replacement }: Relabeling): Mapping {
  return stated({ source_labels: sourceLabels, target_label: targetLabel, regex, replacement, action });
}

function stated(fields: Mapping): Mapping {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly matchType: string;
}

interface Route {
  readonly receiver: string;
  readonly matchers: readonly Matcher[];
  readonly groupBy?: readonly string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval?: string;
  readonly routes?: readonly Route[];
}

interface AlertmanagerConfig extends KubernetesManifest {
  readonly spec: {
    readonly route: Route;
    readonly inhibitRules: readonly {
      readonly sourceMatch: readonly Matcher[];
      readonly targetMatch: readonly Matcher[];
      readonly equal: readonly string[];
    }[];
    readonly receivers: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
  };
}

/**
 * The alertmanager.yml of a cluster with one AlertmanagerConfig.
 * @param strategy `alertmanagerConfigMatcherStrategy` of its Alertmanager
 * @param secret value of a key of a Secret
 */
export function alertmanagerYaml(
  object: KubernetesManifest,
  strategy: 'OnNamespace' | 'None',
  secret: (key: string) => string,
): Mapping {
  const { metadata, spec } = object as AlertmanagerConfig;
  const enforced = strategy === 'None' ? [] : [`namespace="${metadata.namespace}"`];
  const nameOf = (receiver: string) => `${metadata.namespace}/${metadata.name}/${receiver}`;
  const route = (from: Route): Mapping =>
    stated({
      receiver: nameOf(from.receiver),
      matchers: from.matchers.map(matcherText),
      group_by: from.groupBy,
      group_wait: from.groupWait,
      group_interval: from.groupInterval,
      repeat_interval: from.repeatInterval,
      routes: from.routes?.map(route),
    });
  const own = route(spec.route);
  return {
    route: {
      receiver: 'null',
      routes: [{ ...own, matchers: [...spec.route.matchers.map(matcherText), ...enforced], continue: true }],
    },
    inhibit_rules: spec.inhibitRules.map(({ sourceMatch, targetMatch, equal }) => ({
      source_matchers: [...sourceMatch.map(matcherText), ...enforced],
      target_matchers: [...targetMatch.map(matcherText), ...enforced],
      equal,
    })),
    receivers: [
      { name: 'null' },
      ...spec.receivers.map(({ name, ...integrations }) => ({
        name: nameOf(name),
        ...(integration(integrations, secret) as Mapping),
      })),
    ],
  };
}

function matcherText({ name, value, matchType }: Matcher): string {
  return `${name}${matchType}${JSON.stringify(value)}`;
}

/** Names of the CRD that are not those of Alertmanager in another case. */
const renamed: Readonly<Record<string, string>> = {
  apiURL: 'api_url',
  urlSecret: 'url',
  requireTLS: 'require_tls',
};

/** An integration in Alertmanager's own fields, with the values of its secrets. Lists of keys and values become mappings. */
function integration(value: unknown, secret: (key: string) => string): unknown {
  if (Array.isArray(value)) {
    const isMapping = value.length > 0 && value.every((entry) => 'key' in entry && 'value' in entry);
    if (isMapping) return Object.fromEntries(value.map((entry) => [entry.key, entry.value]));
    return value.map((entry) => integration(entry, secret));
  }
  if (typeof value !== 'object' || value === null) return value;
  if ('key' in value && 'name' in value) return secret(String(value.key));
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      renamed[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      integration(field, secret),
    ]),
  );
}

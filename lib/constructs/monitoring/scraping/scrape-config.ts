/** A scrape job in Prometheus' configuration. */
export interface ScrapeConfig {
  readonly job_name: string;
  readonly scrape_interval?: string;
  readonly scrape_timeout?: string;
  readonly metrics_path?: string;
  readonly scheme?: 'http' | 'https';
  readonly params?: Readonly<Record<string, readonly string[]>>;
  /** Format of responses without a content type, which Prometheus 3 rejects otherwise. */
  readonly fallback_scrape_protocol?: 'PrometheusText0.0.4';
  /** Whether labels of the series override those of the target. */
  readonly honor_labels?: boolean;
  readonly body_size_limit?: string;
  readonly authorization?: { readonly credentials_file: string };
  readonly tls_config?: { readonly ca_file: string; readonly insecure_skip_verify?: true };
  readonly metric_relabel_configs?: readonly RelabelConfig[];
  readonly kubernetes_sd_configs?: readonly KubernetesDiscovery[];
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly type: 'A'; readonly port: number }[];
  readonly static_configs?: readonly {
    readonly targets: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
  }[];
  readonly relabel_configs?: readonly RelabelConfig[];
}

/** Discovery through the Kubernetes API. */
export interface KubernetesDiscovery {
  readonly role: 'pod' | 'node';
  readonly namespaces?: { readonly names: readonly string[] };
}

/** One relabeling step. */
export interface RelabelConfig {
  readonly source_labels?: readonly string[];
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: 'replace' | 'keep' | 'drop' | 'labeldrop';
}

/** Namespace of the targets of a job; `none` if they have none, as nodes. A Service's DNS name has it too. */
export function findTargetNamespace(config: ScrapeConfig): string | 'none' {
  const pods = config.kubernetes_sd_configs?.flatMap(({ namespaces }) => namespaces?.names ?? []) ?? [];
  const services = config.dns_sd_configs?.flatMap(({ names }) => names.map((name) => name.split('.')[1])) ?? [];
  const stated = config.static_configs?.map(({ labels }) => labels?.namespace) ?? [];
  return [...pods, ...services, ...stated].find((namespace) => namespace !== undefined) ?? 'none';
}

/** A step that copies one label to another. */
export function copyLabel(from: string, to: string): RelabelConfig {
  return { source_labels: [from], target_label: to };
}

/** A step that keeps what has these values of these labels, and drops the rest. */
export function keepTargets(values: Readonly<Record<string, string>>): RelabelConfig {
  return { source_labels: Object.keys(values), regex: Object.values(values).join(';'), action: 'keep' };
}

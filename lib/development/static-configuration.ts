import type { RelabelConfig, ScrapeConfig } from '../constructs/monitoring/scraping/scrape-config';
import { writeYaml } from '../manifests/yaml';

/** One process that is scraped. */
export interface StaticTarget {
  readonly job: string;
  readonly host: string;
  readonly port: number;
}

/** What the configuration of a Prometheus without a cluster is made of. */
export interface StaticConfiguration {
  readonly environment: string;
  /** What the rules take for the namespace of all targets. */
  readonly namespace: string;
  readonly rulesFolder: string;
  readonly targets: readonly StaticTarget[];
}

/** Writes a prometheus.yml that finds its targets by name. Alerts are shown by Prometheus itself, and sent to nobody. */
export function staticConfiguration({ environment, namespace, rulesFolder, targets }: StaticConfiguration): string {
  return writeYaml({
    global: {
      scrape_interval: '15s',
      scrape_timeout: '10s',
      evaluation_interval: '15s',
      external_labels: { environment, cluster: namespace },
    },
    rule_files: [`${rulesFolder}/*.yaml`],
    scrape_configs: targets.map((target) => scrapeConfig(target, namespace)),
  });
}

/** The labels that targets have in the cluster; rules and dashboards choose and group by them. */
function scrapeConfig({ job, host, port }: StaticTarget, namespace: string): ScrapeConfig {
  const label = (name: string, value: string): RelabelConfig => ({ target_label: name, replacement: value });
  return {
    job_name: job,
    fallback_scrape_protocol: 'PrometheusText0.0.4',
    static_configs: [{ targets: [`${host}:${port}`] }],
    relabel_configs: [label('namespace', namespace), label('instance', host), label('pod', host)],
  };
}

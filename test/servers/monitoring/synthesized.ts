import { App } from 'cdk8s';
import { parse } from 'yaml';
import { ClusterChart } from '../../../lib/charts/cluster-chart';
import type { Environment } from '../../../lib/platform/environment';
import { buildEnvironment } from '../../../lib/synth/render-environment';
import { cluster } from '../../../lib/veza/environments/cluster';
import { veza } from '../../../lib/veza/veza';

/** A Kubernetes object, as far as these tests read it. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly replicas?: number;
    readonly minReplicas?: number;
    readonly scaleTargetRef?: { readonly name: string };
    readonly template?: Pick<KubernetesObject, 'metadata' | 'spec'>;
    readonly containers?: readonly { readonly name: string; readonly args?: readonly string[] }[];
    readonly hostNetwork?: boolean;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly name: string; readonly namespace: string }[];
}

/** Every object of a cluster that one environment runs in. */
export function clusterObjects(environment: Environment<typeof veza>): KubernetesObject[] {
  if (cluster === 'none') throw new Error('these tests need the cluster chart');
  return [
    ...new ClusterChart(new App(), 'cluster', { platform: veza.name, cluster }).toJson(),
    ...Object.values(buildEnvironment(veza, environment).files).flat(),
  ] as KubernetesObject[];
}

/**
 * The files of a ConfigMap.
 * @throws Error if there is none of that name.
 */
export function filesOf(objects: readonly KubernetesObject[], name: string): Readonly<Record<string, string>> {
  const found = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  if (found?.data === undefined) throw new Error(`there is no ConfigMap ${name}`);
  return found.data;
}

/** Prometheus' configuration, as far as these tests change it. */
export interface PrometheusConfiguration {
  global: Record<string, unknown>;
  rule_files: string[];
  alerting: { alertmanagers: Discovery[] } & Record<string, unknown>;
  scrape_configs: ({ job_name: string; scrape_interval?: string; scrape_timeout?: string } & Discovery)[];
}

/** How something is found. */
export interface Discovery {
  kubernetes_sd_configs?: { role: string; api_server?: string }[];
  dns_sd_configs?: unknown[];
  static_configs?: { targets: string[] }[];
  authorization?: { credentials_file: string };
  tls_config?: { ca_file: string };
  relabel_configs?: Record<string, unknown>[];
}

/** prometheus.yml as it is rendered. */
export function prometheusConfiguration(objects: readonly KubernetesObject[]): PrometheusConfiguration {
  return parse(filesOf(objects, 'prometheus-config')['prometheus.yml'] ?? '');
}

import { App, Yaml } from 'cdk8s';
import { ClusterChart } from '../charts/cluster-chart';
import { DashboardsChart } from '../charts/dashboards-chart';
import { EnvironmentChart } from '../charts/environment-chart';
import type { EnvironmentSecret } from '../charts/environment-secrets';
import { environmentSecrets } from '../charts/environment-secrets';
import { MonitoringChart } from '../charts/monitoring-chart';
import type { CheckOptions } from '../lint/lint-manifests';
import { lintManifests } from '../lint/lint-manifests';
import type { Exporter } from '../lint/monitoring/exporter';
import { formatFinding } from '../lint/rule';
import type { KubernetesManifest } from '../manifests/manifest';
import { connectionBudget } from '../platform/connection-budget';
import type { Environment } from '../platform/environment';
import { monitoringNamespace } from '../platform/environment';
import type { Problem } from '../platform/errors';
import { throwIfInvalid } from '../platform/errors';
import { externalObjects } from '../platform/external-objects';
import type { Platform } from '../platform/platform';
import type { ServiceContract, ServiceMetric } from '../platform/service-contract';
import type { Cluster } from '../platform/settings/cluster';

/** The manifests of an environment, as a synth writes them. */
export interface Manifests {
  /** Content of each file, by its name: `staging.k8s.yaml`. */
  readonly files: Readonly<Record<string, string>>;
  /** The objects of all files, in the order in which they are applied. */
  readonly objects: readonly KubernetesManifest[];
}

/**
 * Synthesizes an environment without writing it, checked as at every synth.
 * @throws ValidationError that names every problem
 */
export function renderEnvironment(platform: Platform, environment: Environment): Manifests {
  const set = buildEnvironment(platform, environment);
  throwIfInvalid(lintProblems(set));
  const entries = Object.entries(set.files);
  return {
    files: Object.fromEntries(entries.map(([name, objects]) => [`${name}.k8s.yaml`, Yaml.stringify(...objects)])),
    objects: entries.flatMap(([, objects]) => objects as KubernetesManifest[]),
  };
}

/** Objects that are made together, a list for each file, and what their check is told besides. */
export interface ChartOutput {
  /** Objects of each file, by its name in front of `.k8s.yaml`. */
  readonly files: Readonly<Record<string, readonly unknown[]>>;
  readonly check: CheckOptions;
}

/** What a cluster has once. */
export function clusterObjects(platform: Platform, cluster: Exclude<Cluster, 'none'>): ChartOutput {
  const chart = new ClusterChart(new App(), 'cluster', { platform: platform.name, cluster });
  return { files: { cluster: chart.toJson() }, check: { policy: true } };
}

/** Everything of one environment, with its monitoring. */
export function buildEnvironment(platform: Platform, environment: Environment): ChartOutput {
  const { name, namespace } = environment;
  // An App for each: cdk8s validates a whole App again for each of its charts.
  const chart = new EnvironmentChart(new App(), name, { platform, environment });
  const monitoring = new MonitoringChart(new App(), `${name}-monitoring`, { platform, environment });
  const dashboards = new DashboardsChart(new App(), `${name}-dashboards`, monitoring);
  return {
    files: {
      [name]: chart.toJson(),
      [`${name}-monitoring`]: monitoring.toJson(),
      [`${name}-dashboards`]: dashboards.toJson(),
    },
    check: {
      policy: true,
      assume: [
        ...environmentSecrets(platform, environment).flatMap(assumptions),
        ...externalObjects(environment).map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`),
      ],
      graphs: [
        { namespace, connections: chart.connections },
        { namespace: monitoringNamespace(namespace), connections: monitoring.connections },
      ],
      connectionBudget: connectionBudget(platform, environment),
      monitoring: { exporters: platform.services.map(exporterOf) },
    },
  };
}

function assumptions({ home, name, keys }: EnvironmentSecret): string[] {
  return keys.map((key) => `Secret/${home.namespace}/${name}/${key}`);
}

/** A service as something that exports metrics. */
function exporterOf({ image, metrics }: ServiceContract): Exporter {
  const named = (type: ServiceMetric['type']) =>
    Object.keys(metrics.exports).filter((name) => metrics.exports[name]?.type === type);
  return {
    program: new RegExp(`^${image.replaceAll('.', '\\.')}:`),
    metrics: { counter: named('counter'), gauge: named('gauge'), histogram: named('histogram') },
  };
}

/** Everything that the integrity rules find in a set, a line each. */
export function lintProblems({ files, check }: ChartOutput): Problem[] {
  const findings = lintManifests(Object.values(files).flat(), check);
  return findings.map((finding) => `${formatFinding(finding)}; ${finding.remedy}`);
}

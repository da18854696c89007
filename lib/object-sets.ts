import { App } from 'cdk8s';
import { ClusterChart } from './charts/cluster-chart';
import { EnvironmentChart } from './charts/environment-chart';
import { type EnvironmentSecret, environmentSecrets } from './charts/environment-secrets';
import { MonitoringChart } from './charts/monitoring-chart';
import type { Cluster } from './environments/cluster';
import { connectionBudget } from './environments/connection-budget';
import { type Environment, monitoringNamespace } from './environments/environment';
import { externalObjects } from './environments/external-objects';
import { type CheckOptions, checkManifests } from './integrity/check-manifests';
import { describeFinding } from './integrity/finding';
import type { Exporter } from './integrity/monitoring/exporter';
import type { Platform } from './platform';
import type { Problem } from './problems';
import type { ServiceContract } from './services/contract';
import type { ServiceMetric } from './services/service-metrics';

/** Objects that are made together, a list for each file, and what their check is told besides. */
export interface ObjectSet {
  /** Objects of each file, by its name in front of `.k8s.yaml`. */
  readonly files: Readonly<Record<string, readonly unknown[]>>;
  readonly check: CheckOptions;
}

/** What a cluster has once. */
export function clusterObjects(platform: Platform, cluster: Exclude<Cluster, 'none'>): ObjectSet {
  const chart = new ClusterChart(new App(), 'cluster', { platform: platform.name, cluster });
  return { files: { cluster: chart.toJson() }, check: { policy: true } };
}

/** Everything of one environment, with its monitoring. */
export function environmentObjects(platform: Platform, environment: Environment): ObjectSet {
  const { name, namespace } = environment;
  // An App for each: cdk8s validates a whole App again for each of its charts.
  const chart = new EnvironmentChart(new App(), name, { platform, environment });
  const monitoring = new MonitoringChart(new App(), `${name}-monitoring`, { platform, environment });
  return {
    files: { [name]: chart.toJson(), [`${name}-monitoring`]: monitoring.toJson() },
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
    Object.keys(metrics.exports)
      .filter((name) => metrics.exports[name]?.type === type)
      .join(' ');
  return {
    program: new RegExp(`^${image.replaceAll('.', '\\.')}:`),
    metrics: { counter: named('counter'), gauge: named('gauge'), histogram: named('histogram') },
  };
}

/** Everything that the integrity rules find in a set, a line each. */
export function objectProblems({ files, check }: ObjectSet): Problem[] {
  const findings = checkManifests(Object.values(files).flat(), check);
  return findings.map((finding) => `${describeFinding(finding)}; ${finding.remedy}`);
}

import { App } from 'cdk8s';
import { secretName } from './bundles/secret-bundle';
import { ClusterChart } from './charts/cluster-chart';
import { EnvironmentChart } from './charts/environment-chart';
import type { Cluster } from './environments/cluster';
import { connectionBudget } from './environments/connection-budget';
import type { Environment } from './environments/environment';
import { type CheckOptions, checkManifests } from './integrity/check-manifests';
import { describeFinding } from './integrity/finding';
import type { Platform } from './platform';
import type { Problem } from './problems';

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

/** Everything of one environment. */
export function environmentObjects(platform: Platform, environment: Environment): ObjectSet {
  const { name, namespace } = environment;
  // An App of its own: cdk8s validates a whole App again for each of its charts.
  const chart = new EnvironmentChart(new App(), name, { platform, environment });
  const secret = `Secret/${namespace}/${secretName({ platform: platform.name })}`;
  return {
    files: { [name]: chart.toJson() },
    check: {
      policy: true,
      assume: platform.secrets.map((key) => `${secret}/${key}`),
      graph: { namespace, connections: chart.connections },
      connectionBudget: connectionBudget(platform, environment),
    },
  };
}

/** Everything that the integrity rules find in a set, a line each. */
export function objectProblems({ files, check }: ObjectSet): Problem[] {
  const findings = checkManifests(Object.values(files).flat(), check);
  return findings.map((finding) => `${describeFinding(finding)}; ${finding.remedy}`);
}

import { App, type Chart } from 'cdk8s';
import { ClusterChart } from '../charts/cluster-chart';
import { EdgeChart } from '../charts/edge-chart';
import { EnvironmentChart } from '../charts/environment-chart';
import { LogsChart } from '../charts/logs-chart';
import { DashboardsChart, MonitoringChart } from '../charts/monitoring-chart';
import { OperatorChart, SharedDashboardsChart } from '../charts/operator-chart';
import { type CheckOptions, lintManifests } from '../lint/lint-manifests';
import type { Exporter } from '../lint/monitoring/exporters';
import { formatFinding } from '../lint/rule';
import type { KubernetesManifest } from '../manifests/manifest';
import type { Assumption } from '../manifests/unknown-objects';
import type { Connection } from '../platform/connection';
import { connectionBudget } from '../platform/connection-budget';
import { type Environment, edgeNamespace, isBundled, isOperated, logsNamespace } from '../platform/environment';
import { ValidEnvironment } from '../platform/environment-validation';
import { type Problem, throwIfInvalid } from '../platform/errors';
import { externalObjects } from '../platform/external-objects';
import type { Platform } from '../platform/platform';
import type { ServiceContract, ServiceMetric } from '../platform/service-contract';
import { allGitOpsTools, type GitOpsTool } from '../platform/settings/deployment';
import { gatewayOf } from '../platform/settings/edge';
import { type Cluster, minorVersion } from '../platform/settings/kubernetes';
import type { Monitoring } from '../platform/settings/monitoring';
import { writeManifest } from '../platform/yaml';
import { admissionPolicies } from './admission-policies';
import { type EnvironmentSecret, environmentSecrets } from './environment-secrets';
import { extendObjects } from './extensions/extend-objects';
import { stateExternalObjects } from './external-annotations';
import { annotateForGitOps } from './gitops';
import { useNewerKubernetes } from './newer-kubernetes';

/** The manifests of one environment that a release consists of. */
export interface Manifests {
  /** YAML of each file, by its name: `staging.k8s.yaml`. */
  readonly files: Readonly<Record<string, string>>;
  /** The objects of all files, in the order in which they are applied. */
  readonly objects: readonly KubernetesManifest[];
  /** The admission policies, which are no part of a release. */
  readonly policies: readonly KubernetesManifest[];
}

/**
 * Synthesizes and lints an environment without writing files.
 * @throws ValidationError that names every problem
 */
export function renderEnvironment(platform: Platform, environment: Environment): Manifests {
  const output = buildEnvironment(platform, environment);
  throwIfInvalid(lintProblems(output));
  const entries = Object.entries(output.files);
  return {
    files: Object.fromEntries(entries.map(([name, objects]) => [`${name}.k8s.yaml`, writeManifest(objects)])),
    objects: entries.flatMap(([, objects]) => objects),
    policies: Object.values(output.policyFiles).flat(),
  };
}

/** Objects that are linted as one set, by the file that holds them. */
export interface ChartOutput {
  /** Objects of each file, by its name in front of `.k8s.yaml`. */
  readonly files: Readonly<Record<string, readonly KubernetesManifest[]>>;
  /** Objects that an administrator of the cluster applies, by file as above: admission policies. */
  readonly policyFiles: Readonly<Record<string, readonly KubernetesManifest[]>>;
  /** What the linter knows beyond the objects. */
  readonly check: CheckOptions;
}

/** Names of the files that an environment may have in front of `.k8s.yaml`, in the order in which they are applied. */
export function possibleFiles(name: string): Record<PossibleFile, string> {
  // kubectl applies a folder in the order of its names, and the dot sorts behind the hyphen: the namespace comes first.
  return {
    main: name,
    edge: `${name}-edge`,
    monitoring: `${name}-monitoring`,
    logs: `${name}-logs`,
    dashboards: `${name}.dashboards`,
    admission: `${name}.admission`,
  };
}

type PossibleFile = 'main' | 'edge' | 'monitoring' | 'logs' | 'dashboards' | 'admission';

/** Names of the files that a release of an environment has, without `.k8s.yaml`. */
export function environmentFiles({
  name,
  edge,
  monitoring,
  logs,
}: Pick<Environment, 'name' | 'edge' | 'monitoring' | 'logs'>): string[] {
  const files = possibleFiles(name);
  return [
    files.main,
    ...(gatewayOf(edge) === undefined ? [] : [files.edge]),
    ...(monitoring.kind === 'none' ? [] : [files.monitoring]),
    ...(logs.kind === 'none' ? [] : [files.logs]),
    ...(hasDashboards(monitoring) ? [files.dashboards] : []),
  ];
}

function hasDashboards(monitoring: Monitoring): boolean {
  return monitoring.kind === 'operator' ? monitoring.dashboards.kind !== 'none' : monitoring.kind === 'bundled';
}

/** Makes the objects that a cluster has once, with the annotations of the GitOps tools that may deliver them. */
export function buildCluster(
  platform: Platform,
  cluster: Exclude<Cluster, 'none'>,
  gitOpsTools: readonly GitOpsTool[] = [],
): ChartOutput {
  const chart = new ClusterChart(new App(), 'cluster', { platform: platform.name, cluster });
  const files = { cluster: annotateForGitOps(gitOpsTools, chart.toJson()) };
  return { files, policyFiles: {}, check: { policy: true } };
}

/**
 * Makes the objects of one environment, its monitoring included.
 * @throws ValidationError that names every problem of the environment
 */
export function buildEnvironment(platform: Platform, environment: Environment): ChartOutput {
  return buildValidEnvironment(ValidEnvironment.of({ platform, environment }));
}

/** Makes the objects of an environment that is validated already. */
export function buildValidEnvironment(valid: ValidEnvironment): ChartOutput {
  const { platform, environment } = valid;
  const tools = allGitOpsTools.filter((tool) => tool === environment.deployment.delivery);
  const external = {
    secretKeys: environmentSecrets(platform, environment).flatMap(suppliedKeys),
    others: externalObjects(environment).map((object) => ({ ...object, key: undefined })),
  };
  const charts = chartsOf(valid);
  const made = Object.fromEntries(
    charts.map(({ file, chart }) => [file, useNewerKubernetes(environment.kubernetes, chart.toJson())]),
  );
  const annotate = (objects: readonly KubernetesManifest[]) =>
    annotateForGitOps(tools, stateExternalObjects(objects, external));
  const files = Object.fromEntries(
    Object.entries(extendObjects(valid, made)).map(([file, objects]) => [file, annotate(objects)]),
  );
  const policies = admissionPolicies(valid, Object.values(files).flat());
  return {
    files,
    policyFiles: policies.length === 0 ? {} : { [possibleFiles(environment.name).admission]: annotate(policies) },
    check: {
      policy: true,
      kubernetes: minorVersion(environment.kubernetes),
      graphs: charts.flatMap(({ graphs }) => graphs),
      connectionBudget: connectionBudget(platform, environment),
      monitoring: { exporters: platform.services.map(exporterOf) },
    },
  };
}

/** A chart, the file that its objects are written to, and the connections that its network policies allow. */
interface FileChart {
  readonly file: string;
  readonly chart: Chart;
  readonly graphs: NonNullable<CheckOptions['graphs']>;
}

/**
 * The charts of an environment, in the order of its files.
 * Each has an App of its own: cdk8s validates a whole App again for each of its charts.
 */
function chartsOf(valid: ValidEnvironment): FileChart[] {
  const { environment } = valid;
  const { namespace } = environment;
  const files = possibleFiles(environment.name);
  const main = new EnvironmentChart(new App(), files.main, valid);
  const own = { file: files.main, chart: main, graphs: [{ namespace, connections: main.connections }] };
  const edge = edgeChart(files.edge, valid);
  if (isOperated(environment)) {
    const shared = new SharedDashboardsChart(new App(), files.dashboards, { platform: valid.platform, environment });
    return [
      own,
      ...edge,
      { file: files.monitoring, chart: new OperatorChart(new App(), files.monitoring, valid), graphs: [] },
      ...logsChart(files.logs, valid, [main]),
      ...(hasDashboards(environment.monitoring) ? [{ file: files.dashboards, chart: shared, graphs: [] }] : []),
    ];
  }
  if (!isBundled(environment)) return [own, ...edge];
  const monitoring = new MonitoringChart(new App(), files.monitoring, valid);
  const { namespaceScope, connections } = monitoring;
  const servers = {
    file: files.monitoring,
    chart: monitoring,
    graphs: [{ namespace: namespaceScope.namespace, connections }],
  };
  const dashboards = new DashboardsChart(new App(), files.dashboards, monitoring);
  const logs = logsChart(files.logs, valid, [main, monitoring]);
  return [own, ...edge, servers, ...logs, { file: files.dashboards, chart: dashboards, graphs: [] }];
}

function edgeChart(file: string, { platform, environment }: ValidEnvironment): FileChart[] {
  const gateway = gatewayOf(environment.edge);
  if (gateway === undefined) return [];
  const chart = new EdgeChart(new App(), file, { platform, environment, gateway });
  return [
    { file, chart, graphs: [{ namespace: edgeNamespace(environment.namespace), connections: chart.connections }] },
  ];
}

/** The collectors recognize the pods of every workload that the other charts connect. */
function logsChart(
  file: string,
  { platform, environment }: ValidEnvironment,
  charts: readonly { readonly connections: readonly Connection[] }[],
): FileChart[] {
  const { logs, namespace } = environment;
  if (logs.kind === 'none') return [];
  const peers = charts.flatMap(({ connections }) => connections).flatMap(({ from, to }) => [from, to]);
  const workloads = peers.flatMap((peer) => (peer.kind === 'workload' ? [peer.name] : []));
  const chart = new LogsChart(new App(), file, { platform, environment, logs, workloads });
  return [{ file, chart, graphs: [{ namespace: logsNamespace(namespace), connections: chart.connections }] }];
}

/** The keys of a Secret that the manifests do not create themselves. */
function suppliedKeys({ namespaceScope, name, keys, source }: EnvironmentSecret): Assumption[] {
  if (source.kind === 'external') return [];
  return keys.map((key) => ({ kind: 'Secret', namespace: namespaceScope.namespace, name, key }));
}

/** Describes the metrics of a service to the linter. */
function exporterOf({ image, metrics }: ServiceContract): Exporter {
  const namesOf = (type: ServiceMetric['type']) =>
    Object.keys(metrics.exports).filter((name) => metrics.exports[name]?.type === type);
  return {
    program: new RegExp(`^${image.replaceAll('.', '\\.')}:`),
    metrics: { counter: namesOf('counter'), gauge: namesOf('gauge'), histogram: namesOf('histogram') },
  };
}

/** The objects of all files, by their names. */
export function allFiles({ files, policyFiles }: Pick<ChartOutput, 'files' | 'policyFiles'>): ChartOutput['files'] {
  return { ...files, ...policyFiles };
}

/** Lints a set and formats each finding as one line. */
export function lintProblems(output: ChartOutput): Problem[] {
  const findings = lintManifests(Object.values(allFiles(output)).flat(), output.check);
  return findings.map((finding) => `${formatFinding(finding)}; ${finding.remedy}`);
}

import { App } from 'cdk8s';
import { ClusterChart } from '../charts/cluster-chart';
import { type CheckOptions, lintManifests } from '../lint/lint-manifests';
import type { Exporter } from '../lint/monitoring/exporters';
import { formatFinding } from '../lint/rule';
import type { KubernetesManifest } from '../manifests/manifest';
import type { Assumption } from '../manifests/unknown-objects';
import { computeConnectionBudget } from '../platform/connection-budget';
import type { Environment } from '../platform/environment';
import { ValidEnvironment } from '../platform/environment-validation';
import { type Problem, throwIfInvalid } from '../platform/errors';
import { listExternalObjects } from '../platform/external-objects';
import type { Platform } from '../platform/platform';
import type { ServiceContract } from '../platform/service-contract';
import { allGitOpsTools, type GitOpsTool } from '../platform/settings/deployment';
import { type Cluster, parseMinorVersion } from '../platform/settings/kubernetes';
import type { ServiceMetric } from '../platform/settings/service-metrics';
import { writeManifest } from '../platform/yaml';
import { makeAdmissionPolicies } from './admission-policies';
import { makeCharts, namePossibleFiles } from './environment-charts';
import { type EnvironmentSecret, listEnvironmentSecrets } from './environment-secrets';
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
  throwIfInvalid(lintOutput(output));
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
    secretKeys: listEnvironmentSecrets(platform, environment).flatMap(suppliedKeys),
    others: listExternalObjects(environment).map((object) => ({ ...object, key: undefined })),
  };
  const charts = makeCharts(valid);
  const made = Object.fromEntries(
    charts.map(({ file, chart }) => [file, useNewerKubernetes(environment.kubernetes, chart.toJson())]),
  );
  const annotate = (objects: readonly KubernetesManifest[]) =>
    annotateForGitOps(tools, stateExternalObjects(objects, external));
  const files = Object.fromEntries(
    Object.entries(extendObjects(valid, made)).map(([file, objects]) => [file, annotate(objects)]),
  );
  const policies = makeAdmissionPolicies(valid, Object.values(files).flat());
  return {
    files,
    policyFiles: policies.length === 0 ? {} : { [namePossibleFiles(environment.name).admission]: annotate(policies) },
    check: {
      policy: true,
      kubernetes: parseMinorVersion(environment.kubernetes),
      graphs: charts.flatMap(({ graphs }) => graphs),
      connectionBudget: computeConnectionBudget(platform, environment),
      monitoring: { exporters: platform.services.map(exporterOf) },
    },
  };
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
export function mergeFiles({ files, policyFiles }: Pick<ChartOutput, 'files' | 'policyFiles'>): ChartOutput['files'] {
  return { ...files, ...policyFiles };
}

/** Lints a set and formats each finding as one line. */
export function lintOutput(output: ChartOutput): Problem[] {
  const findings = lintManifests(Object.values(mergeFiles(output)).flat(), output.check);
  return findings.map((finding) => `${formatFinding(finding)}; ${finding.remedy}`);
}

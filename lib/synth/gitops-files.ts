import { App } from 'cdk8s';
import { ArgoCdChart, type DeliveredSet, FluxChart, type GitOpsChartProps } from '../charts/gitops-charts';
import type { KubernetesManifest } from '../manifests/manifest';
import type { Environment } from '../platform/environment';
import { type GitOpsSource, type GitOpsTool, gitOpsTool } from '../platform/settings/deployment';
import { writeManifest } from '../platform/yaml';

/** Manifests of the cluster or of an environment, by their files. */
export interface SourcedFiles {
  /** Name of the environment, or `cluster`. */
  readonly source: string;
  /** Objects of each file, by its name in front of `.k8s.yaml`. */
  readonly files: Readonly<Record<string, readonly KubernetesManifest[]>>;
}

/** What the files of a GitOps tool are made from. */
export interface GitOpsFilesProps {
  readonly platform: string;
  readonly source: GitOpsSource;
  readonly environments: readonly Environment[];
  readonly outputs: readonly SourcedFiles[];
}

const charts = { 'argo-cd': ArgoCdChart, flux: FluxChart } as const;

/** The tool that delivers an environment, and for the cluster's own objects that of the first environment that has one. */
function toolOf(environments: readonly Environment[], source: string): GitOpsTool | undefined {
  const tools = environments.map(({ name, deployment }) => ({ name, tool: gitOpsTool(deployment.delivery) }));
  const found = tools.find(({ name, tool }) => (source === 'cluster' ? tool !== undefined : name === source));
  return found?.tool;
}

/** Makes the objects of each GitOps tool that delivers something: YAML by the name of the tool. */
export function gitOpsFiles(
  props: GitOpsFilesProps,
): { readonly tool: GitOpsTool; readonly content: string; readonly objects: number }[] {
  const tools = new Set(props.outputs.flatMap(({ source }) => toolOf(props.environments, source) ?? []));
  return [...tools].map((tool) => {
    const objects = new charts[tool](new App(), tool, chartProps(tool, props)).toJson();
    return { tool, content: writeManifest(objects), objects: objects.length };
  });
}

function chartProps(tool: GitOpsTool, { platform, source, environments, outputs }: GitOpsFilesProps): GitOpsChartProps {
  const delivered = outputs.filter((output) => toolOf(environments, output.source) === tool);
  const timeouts = environments.map(({ deployment }) => deployment.timeoutSeconds);
  return {
    platform,
    source,
    sets: delivered.map(deliveredSet),
    clusterKinds: clusterKinds(delivered.flatMap(({ files }) => Object.values(files).flat())),
    timeoutSeconds: Math.max(...timeouts),
  };
}

function deliveredSet({ source, files }: SourcedFiles): DeliveredSet {
  const namespaces = Object.values(files)
    .flat()
    .flatMap(({ metadata }) => metadata.namespace ?? []);
  return {
    name: source,
    namespaces: [...new Set(namespaces)],
    files: Object.keys(files).map((name) => `${name}.k8s.yaml`),
  };
}

function clusterKinds(objects: readonly KubernetesManifest[]): GitOpsChartProps['clusterKinds'] {
  const kinds = objects
    .filter(({ metadata }) => metadata.namespace === undefined)
    .map(({ apiVersion, kind }) => JSON.stringify({ group: /^(.*)\//.exec(apiVersion)?.[1] ?? '', kind }));
  return [...new Set(kinds)].sort().map((kind) => JSON.parse(kind));
}

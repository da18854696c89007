import { App } from 'cdk8s';
import { ArgoCdChart, type DeliveredSet, FluxChart, type GitOpsChartProps } from '../charts/gitops-charts';
import { type KubernetesManifest, withAnnotations } from '../manifests/manifest';
import type { Environment } from '../platform/environment';
import { findSchemaProblems, type Problem } from '../platform/errors';
import type { Platform } from '../platform/platform';
import {
  allGitOpsTools,
  findGitOpsTool,
  type GitOpsSource,
  type GitOpsTool,
  gitOpsSourceSchema,
  helmKeepAnnotation,
} from '../platform/settings/deployment';
import { writeManifest } from '../platform/yaml';
import { formatFirstLine, formatManifestPath, type OutputFile, type SynthesizedFile } from './manifest-files';

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
  const tools = environments.map(({ name, deployment }) => ({ name, tool: findGitOpsTool(deployment.delivery) }));
  const found = tools.find(({ name, tool }) => (source === 'cluster' ? tool !== undefined : name === source));
  return found?.tool;
}

/** Makes the objects of each GitOps tool that delivers something: YAML by the name of the tool. */
export function makeGitOpsFiles(
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

/** What the files of GitOps tools depend on, as a synth is given it. */
interface GitOpsOptions {
  readonly platform: Platform;
  readonly environments: readonly Environment[];
  readonly gitops?: GitOpsSource;
  readonly partial?: boolean;
}

/** Folder of the objects of GitOps tools: outside `dist`, whose apply would need their CRDs. */
const gitOpsDir = 'gitops';

/** What is missing for the tool that an environment states. */
export function findGitOpsProblems({ environments, gitops }: GitOpsOptions): Problem[] {
  if (gitops !== undefined) return findSchemaProblems(gitOpsSourceSchema, gitops, 'gitops');
  return (
    environments
      // An environment that is no object is for its own validation to report.
      .filter((environment) => findGitOpsTool(environment?.deployment?.delivery) !== undefined)
      .map(
        ({ name, deployment }) =>
          `environment ${name}: deployment.delivery: "${deployment.delivery}" needs to know where the manifests are; hand ` +
          'gitops: { repository, branch, path } to runVeza in main.ts',
      )
  );
}

/** The files of GitOps tools. With an environment left out, the tool would remove what it delivers of it. */
export function makeGitOpsOutput(
  { platform, environments, gitops, partial = false }: GitOpsOptions,
  outputs: readonly SourcedFiles[],
): SynthesizedFile[] {
  if (gitops === undefined || partial) return [];
  return makeGitOpsFiles({ platform: platform.name, source: gitops, environments, outputs }).map(
    ({ tool, content, objects }) => ({
      path: formatManifestPath(gitOpsDir, tool),
      content: formatFirstLine(undefined) + content,
      objects,
      secret: false,
    }),
  );
}

/** The file of a tool that delivers no environment any more: the tool would go on delivering. */
export function listStaleGitOpsFiles(
  { gitops, partial = false }: GitOpsOptions,
  files: readonly OutputFile[],
): string[] {
  if (gitops === undefined || partial) return [];
  const written = files.map(({ path }) => path);
  return allGitOpsTools.map((tool) => formatManifestPath(gitOpsDir, tool)).filter((path) => !written.includes(path));
}

/** Annotation by which Argo CD orders objects: it waits until those of a lower wave are healthy. */
const syncWave = 'argocd.argoproj.io/sync-wave';

/**
 * Waves of Argo CD by kind, as the charts depend on each other: namespaces, then what restricts and permits pods, their
 * configuration, the stores, the services, and what scales those. Kinds that are not listed are in wave 0, the stores'.
 */
const waves: Readonly<Record<string, number>> = {
  Namespace: -10,
  PriorityClass: -5,
  ValidatingAdmissionPolicy: -5,
  ValidatingAdmissionPolicyBinding: -5,
  ResourceQuota: -5,
  LimitRange: -5,
  NetworkPolicy: -5,
  ServiceAccount: -5,
  Role: -5,
  RoleBinding: -5,
  ClusterRole: -5,
  ClusterRoleBinding: -5,
  ConfigMap: -3,
  Secret: -3,
  ExternalSecret: -3,
  Deployment: 10,
  DaemonSet: 10,
  CronJob: 10,
  Ingress: 10,
  HTTPRoute: 10,
  HorizontalPodAutoscaler: 20,
};

/** Annotations that keep an object when it leaves the manifests, as Helm's annotation does for Helm. */
const keepAnnotations: Readonly<Record<GitOpsTool, Readonly<Record<string, string>>>> = {
  'argo-cd': { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' },
  flux: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
};

/**
 * Adds the annotations that GitOps tools read: the order of objects for Argo CD (Flux orders by kind itself), and for
 * both which objects stay when they leave the manifests.
 */
export function annotateForGitOps(
  tools: readonly GitOpsTool[],
  objects: readonly KubernetesManifest[],
): readonly KubernetesManifest[] {
  return objects.map((object) => {
    const added = Object.assign({}, ...tools.map((tool) => annotationsFor(tool, object)));
    return Object.keys(added).length === 0 ? object : withAnnotations(object, added);
  });
}

function annotationsFor(tool: GitOpsTool, object: KubernetesManifest): Record<string, string> {
  return {
    ...(isKept(object) ? keepAnnotations[tool] : {}),
    ...(tool === 'argo-cd' && waveOf(object) !== 0 ? { [syncWave]: String(waveOf(object)) } : {}),
  };
}

function waveOf({ kind }: KubernetesManifest): number {
  return waves[kind] ?? 0;
}

function isKept({ metadata }: KubernetesManifest): boolean {
  return Object.entries(helmKeepAnnotation).every(([name, value]) => metadata.annotations?.[name] === value);
}

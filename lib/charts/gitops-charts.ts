import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { addCustomObject } from '../constructs/kubernetes/custom-object';
import type { GitOpsSource } from '../platform/settings/deployment';

/** Manifests that a GitOps tool delivers together. */
export interface DeliveredSet {
  /** Name of the environment, or `cluster`. */
  readonly name: string;
  /** Namespaces of its objects. */
  readonly namespaces: readonly string[];
  /** Names of its files. */
  readonly files: readonly string[];
}

/** Properties of the chart of a GitOps tool. */
export interface GitOpsChartProps {
  /** Name of the platform. */
  readonly platform: string;
  /** Where the manifests are. */
  readonly source: GitOpsSource;
  /** What it delivers, in the order in which a change is delivered. */
  readonly sets: readonly DeliveredSet[];
  /** Kinds of the cluster-scoped objects of the manifests, with their API groups. */
  readonly clusterKinds: readonly { readonly group: string; readonly kind: string }[];
  /** Seconds in which a change must become ready, such as 1200. */
  readonly timeoutSeconds: number;
}

/** Label of an application: the set that it delivers. */
const setLabel = 'veza.app/environment';
const argoNamespace = 'argocd';
const fluxNamespace = 'flux-system';
const inCluster = 'https://kubernetes.default.svc';

/**
 * The objects of Argo CD, 3.1 or newer: a project that limits what the applications may write, and an ApplicationSet with
 * an application for each set. One set is synchronized and healthy before the next begins.
 */
export class ArgoCdChart extends Chart {
  constructor(scope: Construct, id: string, props: GitOpsChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    const { platform, source, sets, clusterKinds } = props;
    const metadata = { name: platform, namespace: argoNamespace };
    addCustomObject(this, 'project', 'AppProject', metadata, {
      description: `The environments of ${platform}`,
      sourceRepos: [source.repository],
      destinations: sets.flatMap(({ namespaces }) => namespaces.map((namespace) => ({ server: inCluster, namespace }))),
      clusterResourceWhitelist: clusterKinds,
      namespaceResourceWhitelist: [{ group: '*', kind: '*' }],
    });
    addCustomObject(this, 'applications', 'ApplicationSet', metadata, makeApplicationSet(props));
  }
}

function makeApplicationSet({ platform, source, sets }: GitOpsChartProps): object {
  const elements = sets.map(({ name, namespaces: [namespace], files }) => ({
    name,
    namespace,
    // The files by name: `production*` would include those of an environment production-eu.
    include: `{${files.join(',')}}`,
  }));
  const steps = sets.map(({ name }) => ({ matchExpressions: [{ key: setLabel, operator: 'In', values: [name] }] }));
  return {
    goTemplate: true,
    goTemplateOptions: ['missingkey=error'],
    generators: [{ list: { elements } }],
    strategy: { type: 'RollingSync', rollingSync: { steps } },
    template: {
      metadata: {
        name: `${platform}-{{.name}}`,
        labels: { [setLabel]: '{{.name}}' },
        annotations: { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' },
      },
      spec: {
        project: platform,
        source: {
          repoURL: source.repository,
          targetRevision: source.branch,
          path: source.path,
          directory: { include: '{{.include}}' },
        },
        destination: { server: inCluster, namespace: '{{.namespace}}' },
        syncPolicy: {
          // RollingSync starts the synchronizations itself; of this it takes over only whether to prune.
          automated: { prune: true },
          syncOptions: [
            'ServerSideApply=true',
            'PruneLast=true',
            'ApplyOutOfSyncOnly=true',
            'RespectIgnoreDifferences=true',
          ],
          retry: { limit: 5 },
        },
      },
    },
  };
}

/**
 * The objects of Flux, 2.3 or newer: a Git repository with the files of each set, and a Kustomization that applies them and
 * waits until the set before it is ready.
 */
export class FluxChart extends Chart {
  constructor(scope: Construct, id: string, props: GitOpsChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    for (const [index, set] of props.sets.entries()) this.addSet(props, set, props.sets[index - 1]);
  }

  private addSet(
    { platform, source, timeoutSeconds }: GitOpsChartProps,
    { name, files }: DeliveredSet,
    before: DeliveredSet | undefined,
  ): void {
    const metadata = { name: `${platform}-${name}`, namespace: fluxNamespace };
    addCustomObject(this, `${name}-source`, 'GitRepository', metadata, {
      interval: '5m',
      url: source.repository,
      ref: { branch: source.branch },
      ignore: ignoreAllBut(source.path, files),
    });
    addCustomObject(this, name, 'Kustomization', metadata, {
      interval: '10m',
      retryInterval: '2m',
      timeout: `${timeoutSeconds}s`,
      sourceRef: { kind: 'GitRepository', name: metadata.name },
      path: `./${source.path}`,
      prune: true,
      wait: true,
      force: false,
      ...(before === undefined ? {} : { dependsOn: [{ name: `${platform}-${before.name}` }] }),
    });
  }
}

/** Lines as in .gitignore that leave only these files of a folder: each folder is included again, and then its content ignored. */
function ignoreAllBut(folder: string, files: readonly string[]): string {
  const parts = folder.split('/');
  const folders = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const lines = [
    '/*',
    ...folders.flatMap((each) => [`!/${each}`, `/${each}/*`]),
    ...files.map((file) => `!/${folder}/${file}`),
  ];
  return `${lines.join('\n')}\n`;
}

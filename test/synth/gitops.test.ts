import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Environment } from '../../lib/platform/environment';
import type { Delivery } from '../../lib/platform/settings/deployment';
import { synthesize } from '../../lib/synth/synthesize';
import type { Manifest } from '../support/manifests';
import { shop, shopTest } from '../support/shop';

const gitops = { repository: 'https://git.test/shop/manifests', branch: 'main', path: 'deploy/dist' };
const cluster = { namespace: 'shop-nodes', maximumNodes: 3 };
const start = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gitops-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(start);
  rmSync(folder, { recursive: true });
});

function environment(name: string, delivery: Delivery): Environment<typeof shop> {
  const deployment = { ...shopTest.deployment, delivery };
  const admission = { kind: 'deny', operatorNamespaces: ['cert-manager'], earlier: [] } as const;
  const kubernetes = { ...shopTest.kubernetes, minimum: '1.30', admission };
  return { ...shopTest, name, namespace: `shop-${name}`, domain: `${name}.shop.test`, deployment, kubernetes };
}

const options = { platform: shop, cluster, gitops, outdir: 'dist', secretsDir: 'secrets', secretValues: () => ({}) };

function synth(...environments: readonly Environment<typeof shop>[]): void {
  synthesize({ ...options, environments });
}

function read(file: string): readonly Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJSON());
}

function annotations(file: string, kind: string): Readonly<Record<string, string>> {
  return read(file).find((object) => object.kind === kind)?.metadata.annotations ?? {};
}

test('writes nothing for environments that no tool delivers', () => {
  synth(environment('test', 'apply'));
  expect(existsSync('gitops')).toBe(false);
});

test('Argo CD delivers the cluster, then one environment after the other, each with its own files', () => {
  synth(environment('eu', 'argo-cd'), environment('eu-west', 'argo-cd'), environment('old', 'helm'));
  const [project, applications] = read('gitops/argo-cd.k8s.yaml');
  const { generators, strategy, template } = applications?.spec as never as {
    generators: [{ list: { elements: { name: string; include: string }[] } }];
    strategy: { rollingSync: { steps: { matchExpressions: [{ values: string[] }] }[] } };
    template: { spec: { source: object } };
  };
  const { elements } = generators[0].list;
  expect(elements.map(({ name }) => name)).toStrictEqual(['cluster', 'eu', 'eu-west']);
  const included = elements.map(({ include }) => include.slice(1, -1).split(','));
  expect(included.flat().sort()).toStrictEqual(readdirSync('dist').filter((name) => !name.startsWith('old')));
  expect(
    included.flatMap((files, index) => files.filter((file) => !file.startsWith(elements[index]?.name ?? ''))),
  ).toEqual([]);
  expect(strategy.rollingSync.steps.map((step) => step.matchExpressions[0].values)).toStrictEqual([
    ['cluster'],
    ['eu'],
    ['eu-west'],
  ]);
  expect(template.spec.source).toMatchObject({
    repoURL: gitops.repository,
    targetRevision: 'main',
    path: 'deploy/dist',
  });
  expect(project?.kind).toBe('AppProject');
});

test('the project of Argo CD permits what the manifests have, and no namespace or cluster-scoped kind beyond', () => {
  synth(environment('eu', 'argo-cd'), environment('old', 'helm'));
  const [project] = read('gitops/argo-cd.k8s.yaml');
  const { destinations, clusterResourceWhitelist } = project?.spec as never as {
    destinations: { namespace: string }[];
    clusterResourceWhitelist: { kind: string }[];
  };
  const delivered = ['cluster', ...readdirSync('dist').filter((name) => name.startsWith('eu'))]
    .map((name) => name.replace('.k8s.yaml', ''))
    .flatMap((name) => read(`dist/${name}.k8s.yaml`));
  const namespaces = new Set(delivered.flatMap(({ metadata }) => metadata.namespace ?? []));
  expect(new Set(destinations.map(({ namespace }) => namespace))).toEqual(namespaces);
  const kinds = delivered.filter(({ metadata }) => metadata.namespace === undefined).map(({ kind }) => kind);
  expect(new Set(clusterResourceWhitelist.map(({ kind }) => kind))).toEqual(new Set(kinds));
});

test('Flux applies the files of a set and of no other, after the set before it', () => {
  synth(environment('eu', 'flux'), environment('eu-west', 'flux'));
  const objects = read('gitops/flux.k8s.yaml');
  const kustomizations = objects.filter(({ kind }) => kind === 'Kustomization');
  expect(
    kustomizations.map(({ metadata, spec }) => [metadata.name, (spec as { dependsOn?: object }).dependsOn]),
  ).toEqual([
    ['shop-cluster', undefined],
    ['shop-eu', [{ name: 'shop-cluster' }]],
    ['shop-eu-west', [{ name: 'shop-eu' }]],
  ]);
  const repository = objects.find(({ kind, metadata }) => kind === 'GitRepository' && metadata.name === 'shop-eu');
  const lines = (repository?.spec as { ignore?: string }).ignore?.trim().split('\n') ?? [];
  const files = readdirSync('dist').filter((name) => /^eu(\.|-monitoring)/.test(name));
  expect(lines.slice(0, 5)).toStrictEqual(['/*', '!/deploy', '/deploy/*', '!/deploy/dist', '/deploy/dist/*']);
  expect(lines.slice(5).sort()).toStrictEqual(files.map((name) => `!/deploy/dist/${name}`).sort());
});

test('both tools keep what Helm keeps, and Argo CD has namespaces before pods', () => {
  synth(environment('argo', 'argo-cd'), environment('flux', 'flux'), environment('helm', 'helm'));
  expect(annotations('dist/argo.k8s.yaml', 'Namespace')).toMatchObject({
    'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    'argocd.argoproj.io/sync-wave': '-10',
  });
  expect(annotations('dist/argo.k8s.yaml', 'Deployment')).toMatchObject({ 'argocd.argoproj.io/sync-wave': '10' });
  const policy = annotations('dist/argo.admission.k8s.yaml', 'ValidatingAdmissionPolicy');
  expect(policy).toEqual({ 'argocd.argoproj.io/sync-wave': '-5' });
  expect(annotations('dist/flux.k8s.yaml', 'Namespace')).toMatchObject({
    'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  });
  for (const kind of ['Namespace', 'Deployment']) {
    expect(Object.keys(annotations('dist/helm.k8s.yaml', kind)).join()).not.toMatch(/argocd|fluxcd/);
  }
});

test('a synth of some of the environments leaves the files of the tools as they are', () => {
  const [eu, us] = [environment('eu', 'argo-cd'), environment('us', 'argo-cd')];
  synth(eu, us);
  const whole = readFileSync('gitops/argo-cd.k8s.yaml', 'utf8');
  const wholeCluster = readFileSync('dist/cluster.k8s.yaml', 'utf8');
  synthesize({ ...options, environments: [us], partial: true });
  expect(readFileSync('gitops/argo-cd.k8s.yaml', 'utf8')).toBe(whole);
  expect(readFileSync('dist/cluster.k8s.yaml', 'utf8')).toBe(wholeCluster);
});

test('the file of a tool that delivers nothing any more is removed', () => {
  synth(environment('eu', 'argo-cd'));
  synth(environment('eu', 'flux'));
  expect(readdirSync('gitops')).toStrictEqual(['flux.k8s.yaml']);
});

test('reports an environment whose tool does not know where the manifests are, and a malformed source', () => {
  const environments = [environment('eu', 'flux')];
  expect(() => synthesize({ ...options, gitops: undefined, environments })).toThrow(
    'environment eu: deployment.delivery: "flux" needs to know where the manifests are; hand gitops: { repository, branch, path } to runVeza in main.ts',
  );
  expect(() => synthesize({ ...options, gitops: { repository: 'git', branch: '', path: '/' }, environments })).toThrow(
    /gitops\.repository: "git": use an https or ssh URL.*\n.*gitops\.branch: "": name a branch.*\n.*gitops\.path/,
  );
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { prometheusImage, rulesFolder } from '../../lib/constructs/monitoring/prometheus';
import { minimumPasswordLength } from '../../lib/platform/settings/database';
import { nameServiceWorkload } from '../../lib/platform/workload-names';
import { listEnvironmentSecrets } from '../../lib/synth/environment-secrets';
import { staging } from '../../lib/veza/environments/staging';
import { veza } from '../../lib/veza/veza';
import { accepted } from '../policy/accepted';
import { rules } from '../policy/rules';
import { expectCommitted } from '../support/golden';
import { knownManifests } from '../support/known-manifests';
import { distFolder, project, readManifests } from '../support/manifests';
import { kustomizations } from './support/kustomizations';
import { jobs, steps } from './support/workflows';

function read(path: string): string {
  return readFileSync(join(project, path), 'utf8');
}

function matrix(where: string): readonly string[] {
  return Object.values(jobs.find((job) => job.where === where)?.strategy?.matrix ?? {}).flat();
}

test('the commands of the README run on the oldest Node that is promised and on newer ones', () => {
  expect(read('README.md')).toContain('npm ci && npm test ');
  expect(steps.filter(({ run }) => run === 'npm ci && npm test')).toHaveLength(1);
  expect(JSON.parse(read('package.json')).engines.node).toBe(`>=${matrix('ci.yaml test')[0]}`);
  expect(matrix('ci.yaml test')).toStrictEqual(['20', '22', '24']);
});

test('manifests are held against the oldest and newest Kubernetes that the README names, and one between', () => {
  const [, oldest, newest] = /valid for Kubernetes (\S+) to (\S+)\./.exec(read('README.md')) ?? [];
  const versions = matrix('ci.yaml schema');
  expect(versions).toHaveLength(3);
  expect([versions[0], versions[2]]).toStrictEqual([`${oldest}.0`, `${newest}.0`]);
});

const manifests = readManifests(distFolder);
const all = [...manifests].flatMap(([file, objects]) =>
  objects.map(({ kind, metadata }) => ({
    file: file.replace('.k8s.yaml', ''),
    kind,
    name: metadata.name,
    namespace: metadata.namespace,
  })),
);
const score = read('.github/kube-score/kustomization.yaml');

test('what follows from contracts and environments is committed', () => expectCommitted(kustomizations()));

test('kube-score reads every manifest, and leaves the pull policy to M3 of the policy', () => {
  const run = steps.find(({ where }) => where.startsWith('ci.yaml score kube-score'))?.run ?? '';
  expect(run).toMatch(
    /^kubectl kustomize \S+ \.github\/kube-score \| docker run .*--interactive \S+ score --ignore-test container-image-pull-policy -$/,
  );
  // Admission policies make no pods.
  const files = [...manifests.keys()].filter((file) => !file.includes('.admission.'));
  expect(parse(score).resources).toStrictEqual(files.sort().map((file) => `../../dist/${file}`));
});

test('kube-score skips just the objects for which the policy accepts the finding', () => {
  const numbers = [...score.matchAll(/^ {2}# (\w+): .*\n {2}- target:/gm)].map(([, number = '']) => number);
  const patched: string[][] = parse(score).patches.map(({ target: { kind, name, namespace } }: Patch) =>
    all
      .filter((object) => object.kind === kind && new RegExp(`^${name}$`).test(object.name))
      .filter((object) => new RegExp(`^(${namespace ?? '.*'})$`).test(object.namespace ?? ''))
      .map((object) => `${object.file} ${kind}/${object.name}`),
  );
  expect(new Set(numbers).size).toBe(4);
  // Of these Polaris alone asks for a caller: kube-score is content with the policy that they have.
  const callers = / (CronJob\/|Deployment\/postgres-)/;
  const where = (number: string) => {
    const offenders = rules.find(({ id }) => id === number)?.offendersInDist ?? [];
    return offenders.filter((place) => number !== 'N1w' || !callers.test(place)).sort();
  };
  const skipped = [...new Set(numbers)].map((number) =>
    patched
      .filter((_, index) => numbers[index] === number)
      .flat()
      .sort(),
  );
  expect(skipped).toStrictEqual([...new Set(numbers)].map((number) => where(number)));
});

/** Rules of the policy that hold, although Trivy finds something: it is stricter. */
const stricter = ['I2p', 'M4'];

test('Trivy ignores nothing that the policy does not accept, in files that exist', () => {
  const trivy = steps.find((step) => step.with?.['trivy-config'] !== undefined)?.with;
  const { ignorefile } = parse(read(String(trivy?.['trivy-config'])));
  const ignored: readonly Ignored[] = parse(read(ignorefile)).misconfigurations;
  const numbers = ignored.map(({ statement }) => statement.split(':')[0] ?? '');
  expect(numbers.length).toBeGreaterThan(8);
  expect(numbers.filter((number) => !(number in accepted) && !stricter.includes(number))).toStrictEqual([]);
  // It names a file by its path in the folder that it scans, or in the one that it was started in.
  const files = [...manifests.keys(), ...knownManifests.keys()].flatMap((file) => [file, `dist/${file}`]);
  expect(ignored.flatMap(({ paths = [] }) => paths).filter((path) => !files.includes(path))).toStrictEqual([]);
});

interface Ignored {
  readonly statement: string;
  readonly paths?: readonly string[];
}

test("promtool is that of the platform's Prometheus, and finds the rules where their configuration says", () => {
  const run = steps.find(({ where }) => where.startsWith('ci.yaml promtool The'))?.run ?? '';
  expect(run).toContain(` ${prometheusImage} check config `);
  expect(run).toContain(`/docker/prometheus/rules:${rulesFolder}:ro`);
});

const kind = parse(read('.github/kind/kustomization.yaml'));

test('kind runs staging with a replacement of each service image, on the port of the contract', () => {
  expect(kind.images.map(({ name }: { name: string }) => name)).toStrictEqual(veza.services.map(({ image }) => image));
  const patches = veza.services.map(({ name, portVariables }) => {
    const [variable] = Object.entries(portVariables).find(([, port]) => port === 'http') ?? [];
    return [
      nameServiceWorkload(veza.name, name),
      [{ op: 'add', path: argsPath, value: ['netexec', `--http-port=$(${variable})`] }],
    ];
  });
  expect(kind.patches.map(({ target, patch }: Patch) => [target.name, parse(patch)])).toStrictEqual(patches);
});

const argsPath = '/spec/template/spec/containers/0/args';

interface Patch {
  readonly target: { readonly kind: string; readonly name: string; readonly namespace?: string };
  readonly patch: string;
}

test('kind is asked by the kubectl that deploys', () => {
  const deploying = steps.find(({ uses }) => uses?.startsWith('azure/setup-kubectl@'))?.with?.version;
  const asking = steps.find(({ uses }) => uses?.startsWith('helm/kind-action@'))?.with?.kubectl_version;
  expect(asking).toMatch(/^v1\.\d+\.\d+$/);
  expect(asking).toBe(deploying);
});

test('kind has cert-manager before the manifests that ask it for certificates, and waits for every stateful set', () => {
  const runs = steps.filter(({ where }) => where.startsWith('ci.yaml kind ')).map(({ run = '' }) => run);
  const at = (command: string) => runs.findIndex((run) => run.includes(command));
  expect(at('/cert-manager.yaml')).toBeGreaterThanOrEqual(0);
  expect(at('/cert-manager.yaml')).toBeLessThan(at('.github/kind | kubectl apply'));
  expect(at('get statefulsets --all-namespaces')).toBe(at('rollout status "statefulset/$1"'));
});

test('kind has the Secrets that the environment expects, with every key', () => {
  const keys = kind.secretGenerator.map(({ name, namespace, literals }: Generator) => [
    `${namespace}/${name}`,
    literals.map((literal) => literal.split('=')[0]),
  ]);
  const expected = listEnvironmentSecrets(veza, staging).map(({ namespaceScope, name, keys }) => [
    `${namespaceScope.namespace}/${name}`,
    [...keys],
  ]);
  expect(expected).not.toHaveLength(0);
  expect(keys.sort()).toStrictEqual(expected.sort());
});

test('kind has passwords that the database accepts', () => {
  const literals = kind.secretGenerator.flatMap(({ literals }: Generator) => literals);
  const lengths = literals
    .map((literal: string) => literal.split('='))
    .filter(([key = '']: readonly string[]) => /^(DB|BACKUP)_PASSWORD/.test(key))
    .map(([, value = '']: readonly string[]) => value.length);
  expect(lengths).not.toHaveLength(0);
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(minimumPasswordLength);
});

interface Generator {
  readonly name: string;
  readonly namespace: string;
  readonly literals: readonly string[];
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { staging } from '../../lib/environments/staging';
import { monitoringSecretKeys, monitoringSecretName } from '../../lib/monitoring/monitoring-secrets';
import { prometheusImage, rulesFolder } from '../../lib/monitoring/prometheus';
import { serviceWorkload } from '../../lib/services/microservice';
import { veza } from '../../lib/veza';
import { accepted } from '../policy/accepted';
import { project } from '../support/manifests';
import { jobs, steps } from './support/workflows';

function read(path: string): string {
  return readFileSync(join(project, path), 'utf8');
}

function matrix(where: string): readonly string[] {
  return Object.values(jobs.find((job) => job.where === where)?.strategy?.matrix ?? {}).flat();
}

test('what the README tells to run is run, on the oldest Node that is promised and on newer ones', () => {
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

test.each(['.github/.kube-score', '.github/.trivyignore.yaml'])(
  '%s accepts nothing that the policy does not',
  (file) => {
    // M4 is in no list of the policy's: its rule holds, but Trivy has a list of registries of its own.
    const numbers = [...read(file).matchAll(/(?:^# |, |statement: ')([A-Z]+\d+[a-z]?)(?=[:,])/gm)].map(
      ([, number]) => number,
    );
    expect(numbers.length).toBeGreaterThan(2);
    expect(numbers.filter((number = '') => !(number in accepted) && number !== 'M4')).toStrictEqual([]);
  },
);

test('kube-score and Trivy are told by these files', () => {
  expect(steps.some(({ run }) => run?.startsWith("grep -v '^#' .github/.kube-score | xargs "))).toBe(true);
  const trivy = steps.find((step) => step.with?.['trivy-config'] !== undefined)?.with;
  const { ignorefile } = parse(read(String(trivy?.['trivy-config'])));
  expect(existsSync(join(project, ignorefile))).toBe(true);
});

test("promtool is that of the platform's Prometheus, and finds the rules where their configuration says", () => {
  const run = steps.find(({ where }) => where.startsWith('ci.yaml promtool The'))?.run ?? '';
  expect(run).toContain(` ${prometheusImage} check config `);
  expect(run).toContain(`/docker/prometheus/rules:${rulesFolder}:ro`);
});

const kind = parse(read('.github/kind/kustomization.yaml'));

test('kind runs staging with a stand-in for each image of ours, on the port that the contract names', () => {
  expect(kind.images.map(({ name }: { name: string }) => name)).toStrictEqual(veza.services.map(({ image }) => image));
  const patches = veza.services.map(({ name, listens }) => {
    const [variable] = Object.entries(listens).find(([, port]) => port === 'http') ?? [];
    return [
      serviceWorkload(veza.name, name),
      [{ op: 'add', path: argsPath, value: ['netexec', `--http-port=$(${variable})`] }],
    ];
  });
  expect(kind.patches.map(({ target, patch }: Patch) => [target.name, parse(patch)])).toStrictEqual(patches);
});

const argsPath = '/spec/template/spec/containers/0/args';

interface Patch {
  readonly target: { readonly name: string };
  readonly patch: string;
}

test('kind has the Secrets that the environment expects, with every key', () => {
  const keys = kind.secretGenerator.map(({ name, namespace, literals }: Generator) => [
    `${namespace}/${name}`,
    literals.map((literal) => literal.split('=')[0]),
  ]);
  expect(keys).toStrictEqual([
    [`${staging.namespace}/veza-secrets`, [...veza.secrets]],
    [`${staging.namespace}-monitoring/${monitoringSecretName(veza.name)}`, monitoringSecretKeys(staging.monitoring)],
  ]);
});

interface Generator {
  readonly name: string;
  readonly namespace: string;
  readonly literals: readonly string[];
}

import { releaseSchema } from '../../lib/platform/release';
import { decidePublicCertificates } from '../../lib/platform/settings/edge';
import { nameServiceWorkload } from '../../lib/platform/workload-names';
import { environments } from '../../lib/veza/environments/environments';
import { staging as ours } from '../../lib/veza/environments/staging';
import { veza } from '../../lib/veza/veza';
import { production } from '../support/environments/production';
import { staging } from '../support/environments/staging';
import { knownManifests } from '../support/known-manifests';
import { contracts } from '../support/own-platform';
import { filledIn, type Job, runningJobs, type Step, script, workflow } from './support/workflows';

const platform = workflow('platform.yaml');
const { deploy } = workflow('deploy.yaml').jobs as { deploy: Job };
const sha = '0123456789abcdef0123456789abcdef01234567';

const pull = { github: { event_name: 'pull_request', ref: 'refs/pull/1/merge', ref_name: '1/merge', sha } };
const main = { github: { event_name: 'push', ref: 'refs/heads/main', ref_name: 'main', sha } };
const develop = { github: { event_name: 'push', ref: 'refs/heads/develop', ref_name: 'develop', sha } };
const release = { github: { event_name: 'push', ref: 'refs/tags/v1.2.3', ref_name: 'v1.2.3', sha } };

test.each([
  ['a pull request', pull, ['test', 'scan']],
  ['main', main, ['test', 'scan']],
  ['develop', develop, ['test', 'scan', 'build', 'staging', 'integration']],
  ['a release tag', release, ['test', 'scan', 'build', 'production']],
])('%s runs what it is to run, and nothing is skipped on the way', (_, contexts, expected) => {
  expect(runningJobs(platform, contexts)).toStrictEqual(expected);
});

test.each([
  ['a test of a pull request', pull, 'test', ['test', 'scan']],
  ['a test on main', main, 'test', ['test', 'scan', 'notify']],
  ['a scan of a release', release, 'scan', ['test', 'scan', 'notify']],
  ['a build', release, 'build', ['test', 'scan', 'build', 'notify']],
  ['an integration test', develop, 'integration', ['test', 'scan', 'build', 'staging', 'integration', 'notify']],
  ['a deployment, which notifies by itself', develop, 'staging', ['test', 'scan', 'build', 'staging']],
])('%s that fails prevents the rest, and is reported', (_, contexts, failing, expected) => {
  expect(runningJobs(platform, contexts, failing)).toStrictEqual(expected);
});

function step(job: Job | undefined, action: string): Step {
  const found = job?.steps?.find(({ uses, name }) => uses?.startsWith(`${action}@`) || name === action);
  if (found === undefined) throw new Error(`there is no step ${action}`);
  return found;
}

function version(contexts: object): string {
  const { tags } = step(platform.jobs.build, 'docker/metadata-action').with ?? {};
  return filledIn(String(tags), { ...contexts }).replace('type=raw,value=', '');
}

test('a release is pushed under its own name, the v kept; develop under one that no release can have', () => {
  expect(version(release)).toBe('v1.2.3');
  expect(version(develop)).toBe(`v0.0.0-${sha}`);
  for (const contexts of [release, develop]) expect(releaseSchema.safeParse(version(contexts)).success).toBe(true);
});

describe.each(contracts)('$name', (contract) => {
  const inputs = { service: contract.name, manifests: 'main' };
  const workload = nameServiceWorkload(veza.name, contract.name);

  test('is pushed under the very name that the manifests pull', () => {
    const { images, flavor } = step(platform.jobs.build, 'docker/metadata-action').with ?? {};
    const tag = version({ github: { ...release.github, ref_name: staging.releases['backend-api'] } });
    const deployment = knownManifests
      .get('staging.k8s.yaml')
      ?.find((object) => object.metadata.name === workload && object.kind === 'Deployment');
    expect(flavor).toBe('latest=false');
    expect(deployment?.spec?.template?.spec.containers[0]?.image).toBe(
      `${filledIn(String(images), { inputs })}:${tag}`,
    );
  });

  test('is built from the Dockerfile and the checkout that compose builds it from', () => {
    const { context, file } = step(platform.jobs.build, 'docker/build-push-action').with ?? {};
    const checkout = platform.jobs.build?.steps?.filter(({ uses }) => uses?.startsWith('actions/checkout@'))[1];
    expect(filledIn(String(file), { inputs })).toBe(`docker/${contract.name}.Dockerfile`);
    expect(filledIn(String(context), { inputs })).toBe(workload);
    expect(filledIn(String(checkout?.with?.path), { inputs })).toBe(workload);
  });

  test.each([staging, production])(
    'is deployed to $name, alone, and looked up there',
    ({ name, namespace, domain }) => {
      const given = { inputs: { environment: name, service: contract.name, version: 'v1.2.3' } };
      expect(script(step(deploy, 'Deploy'), given)).toBe(
        `exec node lib/cli/veza.js deploy "${name}" "v1.2.3" --service "${contract.name}" --yes`,
      );
      const query = script(step(deploy, 'Look up the address'), given);
      const [, place, label] = /-n "(\S+)" get ingress -l "app=(\S+)"/.exec(query) ?? [];
      const found = (knownManifests.get(`${name}.k8s.yaml`) ?? []).filter(
        ({ kind, metadata }) => kind === 'Ingress' && metadata.namespace === place && metadata.labels?.app === label,
      );
      expect([place, label]).toStrictEqual([namespace, workload]);
      const { exposure } = contract;
      const hosts = exposure === 'internal' ? [] : [`${exposure.subdomain}.${domain}`];
      expect(found.map(({ spec }) => spec?.rules?.[0]?.host)).toStrictEqual(hosts);
      expect(query).toContain(
        `-n "${namespace}" get httproute -l "app=${workload}" -o jsonpath='{.items[*].spec.hostnames[0]}'`,
      );
    },
  );
});

test.each(environments)('no deployment to $name is cut off before it could roll back', ({ deployment }) => {
  const { timeoutSeconds, migration } = deployment;
  const migrating = migration.kind === 'job' ? migration.timeoutSeconds : 0;
  // There and back, half an hour for a backup, and as much for all around them.
  expect(deploy['timeout-minutes']).toBeGreaterThanOrEqual((2 * timeoutSeconds + migrating) / 60 + 60);
});

test('load tests accept untrusted certificates just where staging has such', () => {
  const run = platform.jobs.integration?.steps?.find((found) => found.run?.includes('/k6:'))?.run ?? '';
  const untrusted = decidePublicCertificates(ours.edge) === 'untrusted';
  expect(run.includes(' --env K6_INSECURE_SKIP_TLS_VERIFY=true ')).toBe(untrusted);
});

test('runs of a branch come after each other, and only those of a pull request are cut off by newer ones', () => {
  const { group = '', 'cancel-in-progress': cutOff } = platform.concurrency ?? {};
  const groups = [pull, main, develop, release].map((contexts) => filledIn(group, contexts));
  expect(new Set(groups).size).toBe(4);
  expect([pull, main, develop, release].map((contexts) => filledIn(String(cutOff), contexts))).toStrictEqual([
    'true',
    'false',
    'false',
    'false',
  ]);
});

test('deployments are one at a time in an environment, behind its approval, and none is cut off', () => {
  const at = (environment: string) => filledIn(deploy.concurrency?.group ?? '', { inputs: { environment } });
  expect(at('staging')).not.toBe(at('production'));
  expect(deploy.concurrency?.['cancel-in-progress']).toBe(false);
  expect(filledIn(String(deploy.environment), { inputs: { environment: 'production' } })).toBe('production');
});

test.each([staging, production])('$name is deployed at the version that was pushed', ({ name }) => {
  const job = platform.jobs[name];
  const given = job?.with ?? {};
  expect(job?.uses).toBe('./.github/workflows/deploy.yaml');
  expect(Object.keys(given).sort()).toStrictEqual(
    Object.keys(workflow('deploy.yaml').on.workflow_call?.inputs ?? {}).sort(),
  );
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const steps = { metadata: { outputs: { version: 'v1.2.3' } }, push: { outputs: { digest } } };
  const { outputs } = platform.jobs.build as Job & { readonly outputs: Record<string, string> };
  const pushed = filledIn(outputs.version ?? '', { steps });
  expect(pushed).toBe(`v1.2.3@${digest}`);
  expect(releaseSchema.safeParse(pushed).success).toBe(true);
  expect(given.environment).toBe(name);
  expect(filledIn(given.version ?? '', { needs: { build: { outputs: { version: pushed } } } })).toBe(pushed);
});

test('what is signed and attested is the digest that was pushed, and it is verified before it is deployed', () => {
  const inputs = { service: 'chat-server', version: 'v1.2.3@sha256:0' };
  const steps = { push: { outputs: { digest: 'sha256:0' } } };
  const { 'subject-name': name, 'subject-digest': digest } =
    step(platform.jobs.build, 'actions/attest-build-provenance').with ?? {};
  const sign = step(platform.jobs.build, 'Sign').env?.IMAGE ?? '';
  expect(filledIn(`${name}@${digest}`, { inputs, steps })).toBe('ghcr.io/veza/chat-server@sha256:0');
  expect(filledIn(sign, { inputs, steps })).toBe('ghcr.io/veza/chat-server@sha256:0');
  const { IMAGE = '', SIGNER = '' } = step(deploy, 'Verify the signature').env ?? {};
  expect(filledIn(IMAGE, { inputs })).toBe('ghcr.io/veza/chat-server:v1.2.3@sha256:0');
  const identity = 'https://github.com/veza/manifests/.github/workflows/platform.yaml@refs/heads/main';
  expect(identity).toMatch(new RegExp(SIGNER));
  expect(identity.replace('veza/', 'evil/')).not.toMatch(new RegExp(SIGNER));
  const names = deploy.steps?.map(({ name }) => name) ?? [];
  expect(names.indexOf('Verify the signature')).toBeLessThan(names.indexOf('Deploy'));
});

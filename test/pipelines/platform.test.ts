import { production } from '../../lib/environments/production';
import { releaseSchema } from '../../lib/environments/release';
import { staging } from '../../lib/environments/staging';
import { serviceWorkload } from '../../lib/services/microservice';
import { veza } from '../../lib/veza';
import { distFolder, readManifests } from '../support/manifests';
import { filledIn, type Job, runningJobs, type Step, workflow } from './support/workflows';

const platform = workflow('platform.yaml');
const { deploy } = workflow('deploy.yaml').jobs as { deploy: Job };
const manifests = readManifests(distFolder);
const sha = '0123456789abcdef0123456789abcdef01234567';

const pull = { github: { event_name: 'pull_request', ref: 'refs/pull/1/merge', ref_name: '1/merge', sha } };
const main = { github: { event_name: 'push', ref: 'refs/heads/main', ref_name: 'main', sha } };
const develop = { github: { event_name: 'push', ref: 'refs/heads/develop', ref_name: 'develop', sha } };
const release = { github: { event_name: 'push', ref: 'refs/tags/v1.2.3', ref_name: 'v1.2.3', sha } };

test.each([
  ['a pull request', pull, ['test', 'scan']],
  ['main', main, ['test', 'scan']],
  ['develop', develop, ['test', 'scan', 'build', 'staging', 'integration', 'notify']],
  ['a release tag', release, ['test', 'scan', 'build', 'production', 'notify']],
])('%s runs what it is to run, and nothing is skipped on the way', (_, contexts, expected) => {
  expect(runningJobs(platform, contexts)).toStrictEqual(expected);
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

describe.each(veza.services)('$name', (contract) => {
  const inputs = { service: contract.name, manifests: 'main' };
  const workload = serviceWorkload(veza.name, contract.name);

  test('is pushed under the very name that the manifests pull', () => {
    const { images, flavor } = step(platform.jobs.build, 'docker/metadata-action').with ?? {};
    const tag = version({ github: { ...release.github, ref_name: staging.releases['backend-api'] } });
    const deployment = manifests
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

  test.each([staging, production])('is deployed to $name by the names of its manifests', ({ name, namespace }) => {
    const env = variables(name, contract.name);
    const objects = manifests.get(`${env.VEZA_ENV}.k8s.yaml`) ?? [];
    const own = objects.filter(({ metadata }) => metadata.labels?.app === env.WORKLOAD);
    expect(env).toMatchObject({ NAMESPACE: namespace, WORKLOAD: workload });
    expect(own.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Deployment', 'Service', 'Ingress']));
    expect(own.filter(({ metadata }) => metadata.namespace !== namespace)).toStrictEqual([]);
    expect(step(deploy, 'Deploy').run?.split('\n').slice(0, 3)).toStrictEqual([
      'npm run synth',
      'kubectl apply -f "dist/$VEZA_ENV.k8s.yaml" -l "app=$WORKLOAD"',
      'kubectl -n "$NAMESPACE" rollout status "deployment/$WORKLOAD" --timeout=15m',
    ]);
  });

  test('is asked for its health under the paths of its contract', () => {
    const paths = [...(step(deploy, 'Smoke test').run ?? '').matchAll(/"\$URL(\/.*)"/g)].map(([, path]) => path);
    expect(paths).toStrictEqual([contract.health.live, contract.health.ready]);
  });
});

function variables(environment: string, service: string): Record<string, string> {
  const inputs = { environment, service, version: 'v1.2.3' };
  return Object.fromEntries(
    Object.entries(deploy.env ?? {}).map(([name, value]) => [name, filledIn(value, { inputs })]),
  );
}

test('deployments are one at a time in an environment, behind its approval, and none is cut off', () => {
  const at = (environment: string) => filledIn(deploy.concurrency?.group ?? '', { inputs: { environment } });
  expect(at('staging')).not.toBe(at('production'));
  expect(deploy.concurrency?.['cancel-in-progress']).toBe(false);
  expect(filledIn(deploy.environment ?? '', { inputs: { environment: 'production' } })).toBe('production');
});

test.each([staging, production])('$name is deployed at the version that was pushed', ({ name }) => {
  const job = platform.jobs[name];
  const given = job?.with ?? {};
  expect(job?.uses).toBe('./.github/workflows/deploy.yaml');
  expect(Object.keys(given).sort()).toStrictEqual(
    Object.keys(workflow('deploy.yaml').on.workflow_call?.inputs ?? {}).sort(),
  );
  const needs = { build: { outputs: { version: 'v1.2.3' } } };
  expect(given.environment).toBe(name);
  expect(filledIn(given.version ?? '', { needs })).toBe('v1.2.3');
  expect(platform.jobs.build).toMatchObject({
    outputs: { version: expect.stringContaining('steps.metadata.outputs.version') },
  });
});

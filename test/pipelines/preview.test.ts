import { expiryLabel, preview } from '../../lib/platform/preview';
import { releaseSchema } from '../../lib/platform/release';
import { listEnvironmentSecrets } from '../../lib/synth/environment-secrets';
import { buildEnvironment } from '../../lib/synth/render-environment';
import { previews } from '../../lib/veza/environments/previews';
import { veza } from '../../lib/veza/veza';
import { contracts } from '../support/own-platform';
import { filledIn, type Job, jobs, runningJobs, type Step, script, workflow } from './support/workflows';

const { build, deploy, remove } = workflow('preview.yaml').jobs as { build: Job; deploy: Job; remove: Job };
const sha = '0123456789abcdef0123456789abcdef01234567';

/** An event of a pull request. */
function event(action: string, { labels = ['preview'], label = '', fork = false } = {}) {
  const pull = { number: 12, labels: labels.map((name) => ({ name })), head: { sha, repo: { fork } } };
  return {
    github: { event: { action, label: { name: label }, pull_request: pull } },
    inputs: { service: 'backend-api' },
  };
}

test.each([
  ['the label is put on', event('labeled', { label: 'preview' }), ['build', 'deploy']],
  ['a commit is pushed to a labelled one', event('synchronize'), ['build', 'deploy']],
  ['a labelled one is opened again', event('reopened'), ['build', 'deploy']],
  ['the label is taken off', event('unlabeled', { labels: [], label: 'preview' }), ['remove']],
  ['a labelled one is closed', event('closed'), ['remove']],
  ['a commit is pushed without the label', event('synchronize', { labels: ['bug'] }), []],
  ['one without the label is closed', event('closed', { labels: [] }), []],
  ['another label is taken off', event('unlabeled', { labels: [], label: 'bug' }), []],
  ['one of a fork is labelled', event('labeled', { label: 'preview', fork: true }), []],
])('when %s, what is to run runs', (_, contexts, expected) => {
  expect(runningJobs(workflow('preview.yaml'), contexts)).toStrictEqual(expected);
});

test('nothing is deployed of a build that fails', () => {
  expect(runningJobs(workflow('preview.yaml'), event('synchronize'), 'build')).toStrictEqual(['build']);
});

function step(job: Job | undefined, name: string): Step {
  const found = job?.steps?.find((each) => each.name === name || each.id === name);
  if (found === undefined) throw new Error(`there is no step ${name}`);
  return found;
}

describe.each(contracts.map(({ name }) => name))('a pull request of %s', (service) => {
  const contexts = { ...event('synchronize'), inputs: { service, manifests: 'main' } };
  const name = filledIn(deploy.env?.VEZA_PREVIEW ?? '', contexts);
  const made = preview(previews.base, name, { ...previews, expires: '2026-12-31' });
  /** A script with the variables of its job too. */
  const scriptOf = (job: Job, title: string, more: object = {}) => {
    const found = step(job, title);
    return script({ ...found, env: { ...job.env, ...found.env } }, { ...contexts, ...more });
  };

  test('has a preview of its own, which is valid, and is removed under the same name', () => {
    expect(name).toBe(`${service}-12`);
    expect(filledIn(remove.env?.NAME ?? '', contexts)).toBe(name);
    expect(scriptOf(remove, 'Remove the preview')).toBe(`node lib/cli/veza.js preview delete "${name}"`);
  });

  test('is deployed at the commit and the digest that were pushed', () => {
    const steps = { push: { outputs: { digest: `sha256:${'0123456789abcdef'.repeat(4)}` } } };
    const { version = '' } = (build as Job & { readonly outputs: Record<string, string> }).outputs;
    const pushed = filledIn(version, { ...contexts, steps });
    const { tags } = step(build, 'push').with ?? {};
    expect(releaseSchema.safeParse(pushed).success).toBe(true);
    expect(filledIn(String(tags), contexts)).toBe(`ghcr.io/veza/${service}:${pushed.split('@')[0]}`);
    expect(scriptOf(deploy, 'Deploy', { needs: { build: { outputs: { version: pushed } } } })).toBe(
      `exec node lib/cli/veza.js deploy "${name}" "${pushed}" --service "${service}" --yes`,
    );
  });

  test('has its namespace and the one Secret that it expects before it is deployed', () => {
    const run = scriptOf(deploy, 'Make the namespace and its Secret', {
      secrets: { PREVIEW_SECRETS: 'A=b' },
      runner: {},
    });
    expect(run).toContain(`> ".env.${name}" && VEZA_ENV="${name}" node lib/cli/veza.js synth`);
    expect(run).toContain(
      `kubectl apply --server-side --force-conflicts -f "dist/${name}.k8s.yaml" -l "name=${made.namespace}"`,
    );
    const labelled = (buildEnvironment(veza, made).files[name] ?? []).filter(
      ({ metadata }) => metadata.labels?.name === made.namespace,
    );
    expect(labelled).toMatchObject([{ kind: 'Namespace', metadata: { labels: { [expiryLabel]: made.expires } } }]);
    const [secret, ...others] = listEnvironmentSecrets(veza, made);
    expect(others).toStrictEqual([]);
    expect(secret).toMatchObject({
      file: name,
      source: { kind: 'values' },
      namespaceScope: { namespace: made.namespace },
    });
    expect(run).toContain(`kubectl apply --server-side -f "secrets/${secret?.file}.k8s.yaml"`);
    const names = deploy.steps?.map((each) => each.name) ?? [];
    expect(names.indexOf('Make the namespace and its Secret')).toBeLessThan(names.indexOf('Deploy'));
  });

  test('is looked up where it is', () => {
    const query = scriptOf(deploy, 'Look up the address', { runner: {} });
    expect(query).toContain(`kubectl -n "${made.namespace}" get ingress -l "app=veza-${service}"`);
  });
});

test('an image of a preview is not signed, so that it is deployed nowhere else', () => {
  expect(JSON.stringify(build)).not.toMatch(/cosign|attest/);
});

test('every job that reaches the cluster is in the GitHub environment of previews', () => {
  const environments = jobs
    .filter(({ where }) => /^(preview|sweep)/.test(where))
    .map(({ where, environment = 'none' }) => [
      where,
      typeof environment === 'string' ? environment : environment.name,
    ]);
  expect(environments).toStrictEqual([
    ['preview.yaml build', 'none'],
    ['preview.yaml deploy', 'preview'],
    ['preview.yaml remove', 'preview'],
    ['sweep.yaml sweep', 'preview'],
  ]);
});

test('runs of one pull request come after each other, and none is cut off', () => {
  const { group = '', 'cancel-in-progress': cutOff } = workflow('preview.yaml').concurrency ?? {};
  expect([filledIn(group, event('synchronize')), cutOff]).toStrictEqual(['veza-preview-12', false]);
});

test('the sweep runs every day and on request', () => {
  const { on } = workflow('sweep.yaml') as unknown as {
    readonly on: { readonly schedule: readonly { cron: string }[] };
  };
  expect(on).toHaveProperty('workflow_dispatch');
  expect(on.schedule.map(({ cron }) => /^\d+ \d+ \* \* \*$/.test(cron))).toStrictEqual([true]);
});

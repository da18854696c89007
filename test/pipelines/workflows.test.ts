import { faults } from './support/validate';
import { filledIn, jobs, steps, workflow, workflowTexts } from './support/workflows';

const files = Object.keys(workflowTexts);

test('these are the workflows', () => {
  expect(files.sort()).toStrictEqual(['ci.yaml', 'deploy.yaml', 'platform.yaml', 'preview.yaml', 'sweep.yaml']);
  expect(jobs.length).toBeGreaterThan(12);
  expect(steps.length).toBeGreaterThan(40);
});

test.each(files)('GitHub itself would find nothing wrong in %s', async (file) => {
  expect(await faults(workflowTexts[file] ?? '')).toStrictEqual([]);
});

test.each([
  ['deploy.yaml', 'inputs.service', 'inputs.servcie', 'Context access might be invalid: servcie'],
  ['platform.yaml', 'actions: read', 'action: read', "Unexpected value 'action'"],
  ['platform.yaml', 'environment: staging', 'enviroment: staging', 'Invalid input, enviroment is not defined'],
  ['platform.yaml', 'needs: build', 'needs: biuld', "depends on unknown job 'biuld'"],
])('it finds what is wrong in %s: %s', async (file, right, wrong, fault) => {
  const text = workflowTexts[file] ?? '';
  expect(text).toContain(right);
  expect(await faults(text.replace(right, wrong))).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
});

const references = files.flatMap((file) => workflowTexts[file]?.match(/uses: .*/g) ?? []);

test('actions are pinned by a commit, with the version as a comment, each to one alone', () => {
  const actions = references.filter((reference) => !reference.startsWith('uses: ./'));
  expect(actions.length).toBeGreaterThan(30);
  expect(actions.filter((action) => !/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toStrictEqual([]);
  const pins = [...new Set(actions)];
  expect(pins).toHaveLength(new Set(pins.map((pin) => pin.split('@')[0])).size);
});

test('a workflow permits nothing, and a job what it needs', () => {
  const writes = {
    'platform.yaml scan': ['security-events'],
    'platform.yaml build': ['attestations', 'id-token', 'packages'],
    'preview.yaml build': ['packages'],
  };
  for (const file of files) expect(workflow(file).permissions).toStrictEqual({});
  expect(jobs.filter(({ permissions }) => permissions === undefined)).toStrictEqual([]);
  const writing = jobs.flatMap(({ where, permissions = {} }) => {
    const scopes = Object.keys(permissions).filter((scope) => permissions[scope] !== 'read');
    return scopes.length === 0 ? [] : [[where, scopes]];
  });
  expect(Object.fromEntries(writing)).toStrictEqual(writes);
});

test('a job that runs steps has a limit of time', () => {
  expect(jobs.filter((job) => job.steps && job['timeout-minutes'] === undefined)).toStrictEqual([]);
});

test('a checkout leaves no token behind', () => {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(8);
  expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toStrictEqual([]);
});

const scripts = steps.flatMap(({ where, run, env = {} }) => (run === undefined ? [] : [{ where, run, env }]));

test('shell is trivial: what takes more than three lines is a command of veza', () => {
  expect(scripts.length).toBeGreaterThan(15);
  expect(scripts.filter(({ run }) => run.trim().split('\n').length > 3)).toStrictEqual([]);
  expect(scripts.filter(({ run }) => /^\s*(if|for|while|until|case|function)\b/m.test(run))).toStrictEqual([]);
});

test('no expression is pasted into a script, where its value would be code', () => {
  expect(scripts.filter(({ run }) => run.includes('${{'))).toStrictEqual([]);
});

test('a pipe that breaks in the middle fails its step', () => {
  // GitHub gives bash its pipefail only where bash is asked for by name.
  for (const file of files) expect(workflow(file).defaults).toStrictEqual({ run: { shell: 'bash' } });
});

test('no script relies on the shell of another step', () => {
  expect(scripts.filter(({ run }) => /^\s*(export|source|cd)\b/m.test(run))).toStrictEqual([]);
});

test('every step that calls the cluster names its kubeconfig, which only its owner can read', () => {
  const asking = scripts.filter(
    ({ where, run }) => !/^(ci|platform)/.test(where) && /kubectl|KUBECONFIG|veza\.js (deploy|preview)/.test(run),
  );
  expect(asking).toHaveLength(4 + 8 + 3);
  for (const { env } of asking) {
    expect(filledIn(env.KUBECONFIG ?? '', { runner: { temp: '/runner' } })).toBe('/runner/kubeconfig');
  }
  const writing = scripts.filter(({ run }) => run.includes('base64 --decode'));
  for (const { run } of writing) expect(run).toMatch(/^install -m 0600 \/dev\/null "\$KUBECONFIG" && /);
  const users = jobs.filter(({ steps = [] }) => steps.some(({ env = {} }) => 'KUBE_CONFIG' in env));
  expect(users.map(({ where }) => where)).toStrictEqual([
    'deploy.yaml deploy',
    'preview.yaml deploy',
    'preview.yaml remove',
    'sweep.yaml sweep',
  ]);
  for (const { steps = [] } of users) {
    expect(steps.at(-1)).toMatchObject({ if: 'always()', run: 'rm -f "$KUBECONFIG"' });
  }
});

test('secrets go to the steps that need them, or to an action, never to the log', () => {
  const holders = steps.flatMap(({ name, env = {} }) => {
    const secrets = Object.values(env).flatMap((value) => value.match(/secrets\.\w+/g) ?? []);
    return secrets.length === 0 ? [] : [[name, secrets]];
  });
  expect(holders).toStrictEqual([
    ['Write the kubeconfig, readable by its owner alone', ['secrets.KUBE_CONFIG']],
    ['Deploy', ['secrets.SLACK_WEBHOOK_URL']],
    ['Notify', ['secrets.SLACK_WEBHOOK_URL']],
    ['Write the kubeconfig, readable by its owner alone', ['secrets.KUBE_CONFIG']],
    ['Make the namespace and its Secret', ['secrets.PREVIEW_SECRETS']],
    ['Write the kubeconfig, readable by its owner alone', ['secrets.KUBE_CONFIG']],
    ['Write the kubeconfig, readable by its owner alone', ['secrets.KUBE_CONFIG']],
  ]);
  expect(scripts.filter(({ run }) => /set -\w*x|\bprintenv\b|^env$/m.test(run))).toStrictEqual([]);
});

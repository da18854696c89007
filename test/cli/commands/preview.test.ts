import { withRequestedPreview } from '../../../lib/cli/commands/preview';
import { FakeClock } from '../../support/fake-clock';
import { FakeCluster } from '../../support/fake-cluster';
import { FakeHelm } from '../../support/fake-helm';
import { runCli, vezaProject } from '../support/call-veza';
import { fakeClients, TestSystem } from '../support/test-system';

const clock = new FakeClock();

/** A machine whose current context leads to the cluster of staging. */
function systemWith(variables: TestSystem['variables'] = {}): TestSystem {
  const cluster = new FakeCluster({ context: 'veza-staging', clock });
  return new TestSystem({ variables, clock, clients: fakeClients(cluster, new FakeHelm(cluster, 'veza-staging')) });
}

test('VEZA_PREVIEW adds a preview to the environments, with a last day that counts from today', () => {
  const { environments } = withRequestedPreview(vezaProject, { variables: { VEZA_PREVIEW: 'pr-7' }, clock });
  expect(environments.map(({ name }) => name)).toStrictEqual(['staging', 'production', 'pr-7']);
  expect(environments.at(-1)).toMatchObject({ expires: '2026-12-02', domain: 'pr-7.preview.veza.app' });
  expect(withRequestedPreview(vezaProject, { variables: {}, clock })).toBe(vezaProject);
});

test('every command knows the preview', async () => {
  const { status, out } = await runCli(['permissions', 'pr-7'], systemWith({ VEZA_PREVIEW: 'pr-7' }));
  expect(status).toBe(0);
  expect(out).toContain('namespace: veza-staging-pr-7');
});

test.each([
  ['PR 7', 'VEZA_PREVIEW: "PR 7": use lower-case letters, digits and inner hyphens, at most 63'],
  ['staging', 'VEZA_PREVIEW: "staging" is an environment already; choose another name'],
])('the name %s is wrong usage', async (name, problem) => {
  const { status, err } = await runCli(['health', 'staging'], systemWith({ VEZA_PREVIEW: name }));
  expect({ status, err }).toStrictEqual({ status: 2, err: `error: ${problem}\n` });
});

test('a project without previews has no command for them', async () => {
  const { previews: _, ...project } = vezaProject;
  const called = await runCli(['preview', 'sweep'], systemWith(), project);
  expect(called.status).toBe(2);
  const requested = await runCli(['health', 'staging'], systemWith({ VEZA_PREVIEW: 'pr-7' }), project);
  expect(requested.err).toBe(
    'error: VEZA_PREVIEW: the project states no previews; hand previews to runVeza in main.ts\n',
  );
});

test('both commands work in the cluster of the environment that previews are made from', async () => {
  expect(await runCli(['preview', 'sweep'], systemWith())).toStrictEqual({
    status: 0,
    out: 'there is no preview\n',
    err: '',
  });
  const deleted = await runCli(['preview', 'delete', 'pr-7'], systemWith());
  expect(deleted).toStrictEqual({ status: 0, out: 'there is no preview pr-7\n', err: '' });
  expect(vezaProject.previews?.base.deployment.context).toBe('veza-staging');
});

test('a name that no preview can have is wrong usage, before the cluster is reached', async () => {
  const { status, err } = await runCli(['preview', 'delete', 'PR 7'], new TestSystem());
  expect({ status, err }).toStrictEqual({
    status: 2,
    err: 'error: name: "PR 7": use lower-case letters, digits and inner hyphens, at most 63\n',
  });
});

import { clustered } from '../../support/clustered';
import { DatabaseHarness } from '../../support/database-harness';
import { FakeHelm } from '../../support/fake-helm';
import { runCli, usageError, vezaProject } from '../support/call-veza';
import { fakeClients, TestSystem } from '../support/test-system';

/** A machine from which the cluster of a harness is reached. */
function systemOf({ cluster }: DatabaseHarness): TestSystem {
  return new TestSystem({ clock: cluster.clock, clients: fakeClients(cluster, new FakeHelm(cluster, 'veza-staging')) });
}

const project = { ...vezaProject, environments: [clustered] };

test.each([
  ['move', ['database', 'move', 'staging']],
  ['switch', ['database', 'switch', 'staging', 'postgres-cluster']],
  ['restore --to', ['restore', 'staging', '--to', '2026-01-01T00:00:00Z']],
])('%s needs an environment that states a cluster', async (_, args) => {
  const problem = 'staging states database.kind single; state a cluster first (docs/guides/database-cluster.md)';
  expect(await runCli(args)).toStrictEqual(usageError(problem));
});

test.each([
  [['restore', 'staging'], 'name either a backup or a time: restore <environment> <backup>, or --to <time>'],
  [
    ['restore', 'staging', '20261125T021500Z', '--to', '2026-01-01T00:00:00Z'],
    'name either a backup or a time: restore <environment> <backup>, or --to <time>',
  ],
  [
    ['restore', 'staging', '--to', 'yesterday'],
    '"yesterday" is not a time; use RFC 3339 with a time zone, such as 2026-11-29T01:15:00Z',
  ],
])('%j is wrong usage', async (args, problem) => {
  const system = systemOf(new DatabaseHarness());
  expect(await runCli(args, system, project)).toStrictEqual(usageError(problem));
});

test('a move prints what it did, what comes next, and how to return', async () => {
  const harness = new DatabaseHarness();
  const { status, out } = await runCli(['database', 'move', 'staging', '--yes'], systemOf(harness), project);
  expect(status).toBe(0);
  expect(out).toContain('moved the database of staging into Cluster postgres-cluster from backup 20261125T100000Z\n');
  expect(out).toContain('deploy the rest of the change: npx veza deploy staging <version>\n');
  expect(out).toMatch(
    /To return to it, and lose what is written since:\n {2}kubectl .* annotate .*\n {2}kubectl .* patch service\/postgres-service/,
  );
  expect(harness.route).toEqual({ 'cnpg.io/cluster': 'postgres-cluster', 'cnpg.io/instanceRole': 'primary' });
});

import { createRoles } from '../../../lib/cluster/permissions';
import { listEnvironmentPermissions } from '../../../lib/operations/deploy/preflight/deploy-permissions';
import { veza } from '../../../lib/veza/veza';
import { user } from '../../support/cluster/access';
import { staging } from '../../support/environments/staging';
import { FakeCluster } from '../../support/fake-cluster';
import { FakeHelm } from '../../support/fake-helm';
import { enterKnownDist } from '../../support/known-manifests';
import { runCli } from '../support/call-veza';
import { fakeClients, TestSystem } from '../support/test-system';

enterKnownDist();

const remedy = '`npx veza permissions staging` prints roles that grant them';

function callOn(cluster: FakeCluster, command: string) {
  const clients = fakeClients(cluster, new FakeHelm(cluster, staging.namespace));
  return runCli([command, 'staging'], new TestSystem({ clients }));
}

test.each([
  ['releases', 'list secrets', ['get secrets'], 'missing permissions in veza-staging: list secrets'],
  [
    'diff',
    'patch deployments.apps',
    ['watch deployments.apps'],
    'missing permissions in veza-staging: patch deployments.apps',
  ],
])('veza %s without the permission to %s prints nothing but that', async (command, needed, others, problem) => {
  const cluster = new FakeCluster();
  cluster.deny(needed, ...others);
  const { status, out, err } = await callOn(cluster, command);
  expect({ status, out, problem: err.split('\n')[0] }).toEqual({
    status: 2,
    out: '',
    problem: `error: ${problem}; ${remedy}`,
  });
});

test.each(['releases', 'diff'])('the roles of who deploys are enough for veza %s', async (command) => {
  const cluster = new FakeCluster();
  const roles = createRoles(listEnvironmentPermissions(veza, staging), 'deploy', [{ kind: 'User', name: user }]);
  cluster.add(...(roles as Parameters<typeof cluster.add>));
  cluster.hooks.enforcesRoles = true;
  expect(await callOn(cluster, command)).toMatchObject({ status: 0, err: '' });
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { rolesFor } from '../../lib/cluster/roles';
import { environmentPermissions } from '../../lib/operations/deploy/preflight/deploy-permissions';
import { OperationError } from '../../lib/platform/errors';
import { staging } from '../../lib/veza/environments/staging';
import { veza } from '../../lib/veza/veza';
import { all, Bed } from '../operations/deploy/bed';
import { changed } from '../support/changed';
import { user } from '../support/cluster/access';
import type { Workload } from '../support/cluster/workloads';
import { project } from '../support/manifests';
import { until } from '../support/until';

const environment = changed(staging, 'deployment.timeoutSeconds', 10);

jest.setTimeout(180_000);
beforeAll(() => execFileSync(join(project, 'test/servers/cluster-tools.sh'), { stdio: 'inherit' }), 120_000);

describe.each(['helm3', 'helm4'])('the real kubectl and Helm of %s', (tools) => {
  let bed: Bed;

  beforeAll(async () => {
    bed = await Bed.make(environment, join(project, 'node_modules/.cache/veza/tools', tools));
    // Everything below is done by a user who has just the permissions that the roles grant.
    const roles = rolesFor(environmentPermissions(veza, environment), 'deployer', [{ kind: 'User', name: user }]);
    for (const role of roles) bed.cluster.objects.create(role);
    bed.cluster.enforceRoles();
  });
  afterAll(() => bed.stop());

  test('deploy a release to an empty cluster, and the next', async () => {
    expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
    bed.told.length = 0;
    expect(await bed.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
    expect(bed.told.filter((line) => /^ {2}(adds|changes) /.test(line))).toStrictEqual(
      ['backend-api', 'chat-server', 'stream-server'].map((name) => `  changes veza-staging Deployment/veza-${name}`),
    );
    expect(await bed.history()).toStrictEqual(['1 superseded v1.0.0', '2 deployed v1.1.0']);
  });

  test('go back by themselves from an image that never comes', async () => {
    bed.cluster.fail({ image: /:v6\.6\.6$/, as: 'ImagePullBackOff' });
    const { failed = [] } = await bed.deploy('v6.6.6');
    expect(failed[0]).toMatch(/^deploy of v6\.6\.6 failed: pod veza-\S+: ImagePullBackOff: /);
    expect(failed[1]).toBe('rolled back to revision 2 (v1.1.0)');
    expect(bed.running).toStrictEqual(all('v1.1.0'));
    expect(bed.ready).toHaveLength(3);
  });

  test('go back when the world gets no answer', async () => {
    bed.answers['/ready'] = (_, response) => void response.writeHead(503).end();
    const { failed = [] } = await bed.deploy('v1.2.0', { services: ['chat-server'] });
    delete bed.answers['/ready'];
    expect(failed[1]).toBe('rolled back to revision 4 (v1.1.0)');
    expect(bed.running).toStrictEqual(all('v1.1.0'));
  });

  test('go back when somebody stops them', async () => {
    bed.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
    const stop = new AbortController();
    const work = bed.deploy('v8.8.8', {}, undefined, stop.signal);
    await until(() => bed.running.includes('backend-api:v8.8.8'));
    stop.abort(new OperationError(['stopped by SIGTERM']));
    expect(await work).toStrictEqual({
      failed: ['deploy of v8.8.8 failed: stopped by SIGTERM', 'rolled back to revision 6 (v1.1.0)'],
    });
    expect(await bed.history()).toHaveLength(8);
    expect(bed.running).toStrictEqual(all('v1.1.0'));
  });

  test('leave of a rollback that is killed where it was going', async () => {
    bed.cluster.fail({ image: /:v1\.0\.0$/, as: 'NotReady' });
    const args = ['rollback', 'veza-staging', '1', '--wait', '--timeout=60s', '--namespace=veza-staging'];
    const child = spawn('helm', args, { env: process.env, stdio: 'ignore' });
    await until(() => bed.running.includes('backend-api:v1.0.0'));
    child.kill('SIGKILL');
    await once(child, 'close');
    bed.cluster.hooks.failures.length = 0;
    expect((await bed.history()).at(-1)).toBe('9 pending-rollback v1.0.0');
    expect(await bed.deploy('v1.3.0')).toStrictEqual({ done: 'v1.3.0 is deployed to staging' });
    expect(bed.told).toContain('  ✔ Rolled back to revision 1 (v1.0.0)');
  });
});

test.each(['helm3', 'helm4'])(
  'the real tools of %s keep the number of pods that an autoscaler takes over',
  async (tools) => {
    const bed = await Bed.make(environment, join(project, 'node_modules/.cache/veza/tools', tools));
    try {
      const scaled = changed(environment, 'services.chat-server.scaling', {
        kind: 'auto',
        min: 2,
        max: 6,
        targetCpu: 70,
      });
      expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
      await bed.kubectl(['scale', 'deployment/veza-chat-server', '--replicas=4', '--namespace=veza-staging']);
      const chat = () => bed.cluster.objects.one<Workload>('Deployment', 'veza-chat-server', 'veza-staging');
      const numbers = new Set<number | undefined>();
      bed.cluster.objects.listen(() => numbers.add(chat()?.spec.replicas));
      for (const version of ['v1.1.0', 'v1.2.0']) {
        expect(await bed.at(scaled).deploy(version)).toStrictEqual({ done: `${version} is deployed to staging` });
      }
      expect([...numbers]).toStrictEqual([4]);
    } finally {
      await bed.stop();
    }
  },
);

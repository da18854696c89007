import { toKubectlInput } from '../../../lib/cluster/kubectl';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { staging } from '../../../lib/veza/environments/staging';
import { veza } from '../../../lib/veza/veza';
import { changed } from '../../support/changed';
import { all, Bed } from './bed';

/** Staging, with a shorter patience. */
const environment = changed(staging, 'deployment.timeoutSeconds', 4);
let bed: Bed;

jest.setTimeout(240_000);
afterEach(() => bed.stop());

test('a first deploy that fails is left for inspection, and the next takes it up', async () => {
  bed = await Bed.make(environment);
  bed.cluster.fail({ image: /:v6\.6\.6$/, as: 'ImagePullBackOff' });
  const { failed = [] } = await bed.deploy('v6.6.6');
  expect(failed[0]).toMatch(/^deploy of v6\.6\.6 failed: pod veza-\S+: ImagePullBackOff: /);
  expect(failed[1]).toBe(
    'first deploy: there is no release to roll back to; its objects stay in veza-staging for inspection',
  );
  expect(bed.running).toStrictEqual(all('v6.6.6'));
  expect(bed.cluster.objects.one('Namespace', 'veza-staging')).toBeDefined();
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(bed.running).toStrictEqual(all('v1.0.0'));
});

test('what kubectl applied is taken over, and what leaves the manifests is removed, but for what is kept', async () => {
  bed = await Bed.make(environment);
  const { objects } = renderEnvironment(veza, environment);
  const { status } = await bed.kubectl(['apply', '--server-side', '--filename=-'], toKubectlInput(objects));
  expect(status).toBe(0);
  const { uid } = bed.cluster.objects.one('PersistentVolumeClaim', 'postgres-backups', 'veza-staging')?.metadata ?? {};
  expect(uid).toBeDefined();
  expect(await bed.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(bed.running).toStrictEqual(all('v1.1.0'));
  const { name, user } = staging.database;
  const managed = {
    kind: 'managed',
    name,
    user,
    host: 'db.test',
    port: 5432,
    cidr: '10.9.0.0/24',
    maxConnections: 500,
  };
  expect(await bed.at(changed(environment, 'database', managed)).deploy('v1.1.0')).toStrictEqual({
    done: 'v1.1.0 is deployed to staging',
  });
  const { objects: left } = bed.cluster;
  expect(left.one('StatefulSet', 'postgres', 'veza-staging')).toBeUndefined();
  expect(left.one('PersistentVolumeClaim', 'postgres-backups', 'veza-staging')?.metadata.uid).toBe(uid);
});

test('a backup comes first where the environment asks for it, and without one nothing is deployed', async () => {
  bed = await Bed.make(changed(environment, 'deployment.backup', true));
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(bed.told).toContain('  no database backup: this deploy creates the CronJob for backups');
  bed.cluster.onJob(() => ({ succeed: false, log: 'backup.sh create: the volume of the backups is full' }));
  const { failed = [] } = await bed.deploy('v1.1.0');
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatch(/^no verified backup was made: backup\.sh create: the volume of the backups is full/);
  expect(bed.running).toStrictEqual(all('v1.0.0'));
  expect(await bed.history()).toStrictEqual(['1 deployed v1.0.0']);
  const record = {
    ...{ name: '20261125T021500Z', finished: '2026-11-25T02:17:03Z', bytes: 1, databaseBytes: 2, seconds: 3 },
    ...{ tables: 4, rows: 5 },
  };
  bed.cluster.onJob(() => ({ succeed: true, log: JSON.stringify(record) }));
  expect(await bed.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(bed.told).toContain('  ✔ Backed up the database: 20261125T021500Z, verified');
  bed.cluster.onJob(() => ({ succeed: false }));
  expect(await bed.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(bed.told).toContain('  ✔ Latest backup is recent enough (0 min old)');
});

test('a deploy that skips the backup in an emergency says why, in its result and in the history', async () => {
  bed = await Bed.make(changed(environment, 'deployment.backup', true));
  await bed.deploy('v1.0.0');
  bed.cluster.onJob(() => ({ succeed: false, log: 'backup.sh create: the volume of the backups is full' }));
  const note = 'without a backup (the volume of the backups is full)';
  expect(await bed.deploy('v1.1.0', { skipBackup: 'the volume of the backups is full' })).toStrictEqual({
    done: `v1.1.0 is deployed to staging ${note}`,
  });
  const { helm } = await bed.context();
  expect((await helm.history()).map(({ description }) => description)).toStrictEqual([
    'deploy v1.0.0',
    `deploy v1.1.0 ${note}`,
  ]);
});

test('who calls the commands is told in one line of what is wrong, and what was deployed', async () => {
  bed = await Bed.make(environment);
  const command = (name: string, ...args: readonly string[]) => bed.program(name, args);
  expect(await command('deploy', 'production', 'v1.0.0')).toStrictEqual({
    status: 2,
    stdout: '',
    stderr:
      'error: the current context is veza-staging, and production is in veza-production; run `kubectl config use-context veza-production`\n',
  });
  expect(await command('rollback', 'staging')).toStrictEqual({
    status: 2,
    stdout: '',
    stderr: 'error: no earlier release to roll back to (deployed revisions: none)\n',
  });
  expect((await command('releases', 'staging')).stdout).toBe('nothing was deployed to staging yet\n');
  const webhook = { SLACK_WEBHOOK_URL: 'http://127.0.0.1:9/hook' };
  const deployed = await bed.program('deploy', ['staging', 'v1.0.0', `--base-url=${bed.url}`], webhook);
  expect(deployed.status).toBe(0);
  expect(deployed.stdout.trim().split('\n').at(-1)).toBe('v1.0.0 is deployed to staging');
  expect(deployed.stderr).toBe('the notification did not arrive: the webhook cannot be reached\n');
  expect((await command('deploy', 'staging', 'v1.1.0', `--base-url=${bed.url}`)).status).toBe(0);
  const back = await command('rollback', 'staging');
  expect([back.status, back.stderr]).toStrictEqual([0, '']);
  expect(back.stdout).toContain('data is not rolled back');
  expect(bed.running).toStrictEqual(all('v1.0.0'));
  const { stdout } = await command('releases', 'staging');
  const cells = stdout.split('\n').flatMap(
    (line) =>
      line
        .match(/│ (\d) +│ (\S+) +│ (\S+)/)
        ?.slice(1)
        .join(' ') ?? [],
  );
  expect(cells).toStrictEqual(['1 v1.0.0 superseded', '2 v1.1.0 superseded', '3 v1.0.0 deployed']);
});

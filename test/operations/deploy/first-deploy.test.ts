import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { changed } from '../../support/changed';
import { all, DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/small-environment';

const environment = changed(staging, 'deployment.timeoutSeconds', 60);
const withBackup = changed(environment, 'deployment.backup', true);

test('a first deploy that fails stays for inspection, and the next adopts its objects', async () => {
  const harness = new DeployHarness(environment);
  harness.cluster.fail({ image: /:v6\.6\.6$/, as: 'ImagePullBackOff' });
  const { failed = [] } = await harness.deploy('v6.6.6');
  expect(failed[0]).toMatch(/^deploy of v6\.6\.6 failed: pod veza-\S+: ImagePullBackOff: /);
  expect(failed[1]).toBe(
    'first deploy: there is no release to roll back to; its objects stay in veza-staging for inspection',
  );
  expect(harness.running).toStrictEqual(all('v6.6.6'));
  expect(harness.cluster.objects.one('Namespace', 'veza-staging')).toBeDefined();
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(harness.running).toStrictEqual(all('v1.0.0'));
});

test('objects that kubectl applied are taken over; those that leave the manifests are removed, unless retained', async () => {
  const harness = new DeployHarness(environment);
  await harness.cluster.apply(renderEnvironment(veza, environment).objects);
  const claim = () => harness.cluster.objects.one('PersistentVolumeClaim', 'postgres-backups', 'veza-staging');
  const uid = claim()?.metadata.uid;
  expect(uid).toBeDefined();
  expect(await harness.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(harness.running).toStrictEqual(all('v1.1.0'));
  const { name, user } = staging.database;
  const managed = {
    kind: 'managed',
    name,
    user,
    host: 'db.test',
    port: 5432,
    cidr: '10.9.0.0/24',
    maxConnections: 500,
    roles: 'per-service',
    certificate: { kind: 'unverified' },
  };
  const ending = await harness.at(changed(environment, 'database', managed)).deploy('v1.1.0');
  expect(ending).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(harness.cluster.objects.one('StatefulSet', 'postgres', 'veza-staging')).toBeUndefined();
  expect(claim()?.metadata.uid).toBe(uid);
});

test('the first deploy has nothing to back up yet', async () => {
  const harness = new DeployHarness(withBackup);
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(harness.output).toContain('  no database backup: this deploy creates the CronJob for backups');
});

test('if the backup before a deploy fails, nothing is deployed', async () => {
  const harness = new DeployHarness(withBackup);
  await harness.deploy('v1.0.0');
  harness.cluster.hooks.job = () => ({ succeed: false, log: 'backup.sh create: the volume of the backups is full' });
  const { failed = [] } = await harness.deploy('v1.1.0');
  expect(failed).toHaveLength(1);
  expect(failed[0]).toContain('backup.sh create: the volume of the backups is full');
  expect(harness.running).toStrictEqual(all('v1.0.0'));
  expect(await harness.history()).toStrictEqual(['1 deployed v1.0.0']);
});

test('the database is backed up before a deploy, unless the latest backup is recent enough', async () => {
  const harness = new DeployHarness(withBackup);
  await harness.deploy('v1.0.0');
  const record = {
    ...{ name: '20261125T021500Z', finished: '2026-11-25T02:17:03Z', bytes: 1, databaseBytes: 2, seconds: 3 },
    ...{ tables: 4, rows: 5 },
  };
  const runningAtBackup: (string | undefined)[] = [];
  harness.cluster.hooks.job = () => {
    runningAtBackup.push(harness.running[0]);
    return { succeed: true, log: JSON.stringify(record) };
  };
  expect(await harness.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(runningAtBackup).toStrictEqual(['backend-api:v1.0.0']);
  harness.cluster.hooks.job = () => ({ succeed: false });
  expect(await harness.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(harness.output).toContainEqual(
    expect.stringMatching(/^ {2}✔ Latest backup is recent enough \(\d+ min old\)$/),
  );
});

test('a deploy that skips the backup says why in its result and in the history', async () => {
  const harness = new DeployHarness(withBackup);
  await harness.deploy('v1.0.0');
  harness.cluster.hooks.job = () => ({ succeed: false, log: 'backup.sh create: the volume of the backups is full' });
  const remark = 'without a backup (the volume of the backups is full)';
  expect(await harness.deploy('v1.1.0', { skipBackup: 'the volume of the backups is full' })).toStrictEqual({
    done: `v1.1.0 is deployed to staging ${remark}`,
  });
  expect((await harness.helm.history()).map(({ description }) => description)).toStrictEqual([
    'deploy v1.0.0',
    `deploy v1.1.0 ${remark}`,
  ]);
});

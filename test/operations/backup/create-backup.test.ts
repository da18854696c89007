import { runTask } from '../../../lib/operations/backup/backup-jobs';
import { copyBackups, createBackup } from '../../../lib/operations/backup/create-backup';
import { findLatestBackupTime } from '../../../lib/operations/backup/stored-backups';
import { copyTarget, created, cronJob, restorableObjects } from '../../support/backup-fixtures';
import { BackupHarness, problemsIn } from '../../support/backup-harness';
import { databaseCluster } from '../../support/clustered';
import { staging } from '../../support/environments/staging';

/** An environment whose backups take some seconds. */
function withSlowBackup(seconds: number): BackupHarness {
  const harness = new BackupHarness();
  harness.jobs.create = { seconds };
  return harness;
}

test('a backup is made, and each change of its progress is reported once', async () => {
  const harness = withSlowBackup(20);
  expect(await createBackup(harness.context())).toEqual(created);
  expect(harness.events).toEqual(['job create', 'end of create']);
  expect(harness.output).toEqual([
    'Backing up the database of staging …',
    '  waiting for its pod to start',
    expect.stringMatching(/^ {2}pod postgres-backup-create-20261125t1000\d\dz-\w{6}-p1 is running$/),
    '  ✔ Backed up the database: 20261125T100000Z, verified',
  ]);
});

test('a running backup is joined', async () => {
  const harness = withSlowBackup(20);
  let second: Promise<unknown> | undefined;
  harness.at('job create', () => {
    second = createBackup(harness.context());
  });
  expect(await createBackup(harness.context())).toEqual(created);
  expect(await second).toEqual(created);
  expect(harness.events).toEqual(['job create', 'end of create']);
});

test('a backup waits for other Jobs on the volume', async () => {
  const harness = new BackupHarness();
  harness.jobs.list = { seconds: 60 };
  const other = runTask(harness.context(), cronJob, { verb: 'list', args: ['list'] });
  await createBackup(harness.context());
  await other;
  expect(harness.events).toEqual(['job list', 'end of list', 'job create', 'end of create']);
});

const log =
  'kubectl --context=veza-staging --namespace=veza-staging logs job/postgres-backup-create-20261125t100000z-xxxxxx';
const notStarted = 'its pod did not start within 180 s';

test.each<[string, (harness: BackupHarness) => void, string]>([
  [
    'a dump that fails',
    ({ jobs }) => {
      jobs.create = { succeed: false, log: 'dumping\npg_dump: error: no memory' };
    },
    `pg_dump: error: no memory; its log: ${log}`,
  ],
  [
    'no node',
    ({ cluster }) => cluster.fail({ image: /^backup:/, as: 'Unschedulable' }),
    `${notStarted}: Unschedulable: 0/1 nodes are available: 1 node(s) were unschedulable.`,
  ],
  [
    'a container that cannot be created',
    ({ cluster }) => cluster.fail({ image: /^backup:/, as: 'CreateContainerConfigError' }),
    `${notStarted}: CreateContainerConfigError: image will run as root`,
  ],
  [
    'a pod that a quota refuses',
    ({ cluster }) => cluster.fail({ image: /^backup:/, as: 'QuotaExceeded' }),
    `${notStarted}: FailedCreate: pods "postgres-backup-create-20261125t100000z-xxxxxx-x" is forbidden: exceeded quota: veza-quota, requested: pods=1, used: pods=20, limited: pods=20`,
  ],
  [
    'out of memory',
    ({ jobs }) => {
      jobs.create = { succeed: false, reason: 'OOMKilled', log: '' };
    },
    `OOMKilled; its log: ${log}`,
  ],
  [
    'out of time',
    ({ jobs }) => {
      jobs.create = { seconds: 3600, log: '' };
    },
    `exceeded its deadline of 30 minutes; its log: ${log}`,
  ],
])('%s: the error has the cause', async (_, prepare, cause) => {
  const harness = new BackupHarness();
  prepare(harness);
  const problems = await problemsIn(createBackup(harness.context()));
  expect(problems.map((line) => line.replaceAll(/z-[0-9a-f]{6}/g, 'z-xxxxxx'))).toEqual([
    `no verified backup was made: ${cause}`,
  ]);
  expect(harness.activeJobs).toEqual([]);
});

test('a pod that was blocked has the whole time again once the cause is gone', async () => {
  const harness = new BackupHarness();
  const { cluster } = harness;
  const block = () => cluster.fail({ image: /^backup:/, as: 'Unschedulable' });
  block();
  void cluster.clock.sleep(60).then(() => {
    // The pod is scheduled, and another cause blocks it before it starts.
    cluster.hooks.failures.splice(0);
    cluster.step(1);
    cluster.fail({ image: /^backup:/, as: 'ImagePullBackOff' });
  });
  expect(await problemsIn(createBackup(harness.context()))).toEqual([expect.stringContaining('did not start')]);
  expect(cluster.clock.elapsed()).toBeGreaterThan(60_000 + 180_000);
});

test('a deleted Job fails the backup', async () => {
  const harness = withSlowBackup(1000);
  const { cluster } = harness;
  void cluster.clock.sleep(60).then(() => {
    for (const job of cluster.objects.all('Job')) cluster.objects.delete(job);
  });
  expect(await problemsIn(createBackup(harness.context()))).toEqual([
    expect.stringMatching(/^no verified backup was made: Job postgres-backup-create-[\w-]+ was deleted while it ran; /),
  ]);
});

test('without a CronJob the error says to deploy first', async () => {
  expect(await problemsIn(createBackup(new BackupHarness([]).context()))).toEqual([
    'usage: there is no CronJob postgres-backup in veza-staging; deploy it first: npx veza deploy staging <version>',
  ]);
});

test('a managed database has no backups here', async () => {
  const database = {
    kind: 'managed' as const,
    name: 'veza',
    user: 'veza',
    host: 'db.example.com',
    port: 5432,
    cidr: '10.0.0.1/32',
    maxConnections: 100,
    roles: 'one' as const,
    certificate: { kind: 'unverified' as const },
  };
  const context = { ...new BackupHarness([]).context(), environment: { ...staging, database } };
  expect(await problemsIn(createBackup(context))).toEqual([
    'usage: staging has a managed database; use the backups of its provider',
  ]);
});

test('an ephemeral database has no backups at all', async () => {
  const { name, user, resources, parameters } = databaseCluster;
  const database = { kind: 'ephemeral' as const, name, user, resources, parameters };
  const context = { ...new BackupHarness([]).context(), environment: { ...staging, database } };
  expect(await problemsIn(createBackup(context))).toEqual([
    'usage: staging has an ephemeral database, which has no backups',
  ]);
});

/** The error of a user who may not create Jobs. */
const denied =
  /kubectl create: Error from server \(Forbidden\): jobs\.batch .* is forbidden: User "tester" cannot create/;

test('a missing permission to create Jobs is an error that leaves nothing behind', async () => {
  const harness = new BackupHarness();
  harness.cluster.deny('create jobs.batch');
  expect(await problemsIn(createBackup(harness.context()))).toEqual([
    expect.stringMatching(`^usage: ${denied.source}`),
  ]);
  expect(harness.events).toEqual([]);
});

test('a Job that cannot be deleted after an outage is named, and is no usage error', async () => {
  const harness = withSlowBackup(1000);
  harness.cutOffAt('job create');
  expect(await problemsIn(createBackup(harness.context()))).toEqual([
    expect.stringMatching(
      /^Job postgres-backup-create-\w+-\w{6} may still run: kubectl delete: The connection was refused. Delete it with: /,
    ),
  ]);
});

test('an outage while a running backup is joined is no usage error', async () => {
  const harness = withSlowBackup(1000);
  const first = problemsIn(createBackup(harness.context()));
  await harness.cluster.clock.sleep(10);
  const context = harness.context();
  const { progress } = context;
  const update = (text: string) => {
    if (text.startsWith('a backup is already running')) harness.cluster.outage = 'The connection was refused';
    progress.update(text);
  };
  const joining = { ...context, progress: Object.assign(Object.create(progress), { update }) as typeof progress };
  expect(await problemsIn(createBackup(joining))).toEqual(['kubectl get: The connection was refused']);
  await first;
});

test('a missing permission is no usage error once the backup is made and is only to be copied', async () => {
  const harness = BackupHarness.withBucket();
  harness.cluster.deny('create jobs.batch');
  expect(await problemsIn(copyBackups(harness.context()))).toEqual([expect.stringMatching(`^${denied.source}`)]);
});

test('two Jobs that begin in the same second have different names', async () => {
  const context = new BackupHarness().context();
  const task = { verb: 'list', args: ['list'] };
  const ends = await Promise.all([runTask(context, cronJob, task), runTask(context, cronJob, task)]);
  const names = ends.map(({ job }) => job);
  expect(names[0]).toMatch(/^postgres-backup-list-20261125t100000z-[0-9a-f]{6}$/);
  expect(names[1]).toMatch(/^postgres-backup-list-20261125t100000z-[0-9a-f]{6}$/);
  expect(names[1]).not.toBe(names[0]);
});

test('a backup is refused while a restore is in progress', async () => {
  const harness = new BackupHarness();
  let problems: Promise<readonly string[]> | undefined;
  harness.at(/^job restore/, () => {
    problems = problemsIn(createBackup(harness.context()));
  });
  await harness.restore();
  expect(await problems).toEqual([
    'a restore of staging is in progress; wait for it to finish, or run it again if it was interrupted',
  ]);
  expect(harness.events).not.toContain('job create');
});

test('backups are copied if the environment has a bucket', async () => {
  const harness = BackupHarness.withBucket();
  expect(await copyBackups(harness.context())).toBe(true);
  expect(harness.events).toEqual([`job copy --immutable /backups/complete ${copyTarget}`, 'end of copy']);
  expect(await copyBackups(new BackupHarness().context())).toBe(false);
});

test('before the first backup there is no latest one; then it is that of the status of the CronJob', async () => {
  expect(await findLatestBackupTime(new BackupHarness().context())).toBeUndefined();
  const time = '2026-11-24T02:17:00Z';
  const objects = restorableObjects.filter(({ kind }) => kind !== 'CronJob');
  const scheduled = { ...cronJob, status: { lastSuccessfulTime: time } };
  expect(await findLatestBackupTime(new BackupHarness([...objects, scheduled]).context())).toEqual(new Date(time));
});

test('the latest backup is the latest of any Job that succeeded, whatever other Jobs do', async () => {
  const harness = new BackupHarness();
  await createBackup(harness.context());
  const [job] = harness.cluster.objects.all('Job');
  const { completionTime } = job?.status as { readonly completionTime: string };
  await harness.cluster.clock.sleep(60);
  harness.jobs.create = { succeed: false, log: 'no space' };
  await problemsIn(createBackup(harness.context()));
  await harness.restore();
  expect(await findLatestBackupTime(harness.context())).toEqual(new Date(completionTime));
});

import { runTask } from '../../../lib/operations/backup/backup-jobs';
import { copyBackups, createBackup } from '../../../lib/operations/backup/create-backup';
import { latestBackupTime } from '../../../lib/operations/backup/list-backups';
import {
  type ClusterState,
  copyTarget,
  cronJob,
  healthyState,
  record,
  start,
  stateWithBucket,
} from './support/cluster-state';
import { restoring } from './support/restoring';
import { problemsIn, siteOf } from './support/staging-site';
import { TestCluster } from './support/test-cluster';

const made = { ...record, name: '20261125T030000Z', finished: '2026-11-25T03:02:00Z' };

function clusterWith(change: Partial<ClusterState> = {}): TestCluster {
  return new TestCluster({ ...healthyState(), ...change });
}

function create(cluster: TestCluster, context = siteOf(cluster)) {
  return createBackup(context);
}

test('a backup is made, and each change of its progress is reported once', async () => {
  const cluster = clusterWith({ jobSeconds: 20 });
  const site = siteOf(cluster);
  expect(await create(cluster, site)).toEqual(made);
  expect(cluster.state.events).toEqual(['job create', 'end of create']);
  expect(site.output).toEqual([
    'Backing up the database of staging …',
    expect.stringMatching(/^ {2}pod postgres-backup-create-20261125t0300\d\dz-\w{6}-abcde is running$/),
    '  ✔ Backed up the database: 20261125T030000Z, verified',
  ]);
});

test('a running backup is joined', async () => {
  const cluster = clusterWith({ jobSeconds: 20 });
  let second: Promise<unknown> | undefined;
  cluster.onEvent = (event) => {
    if (event === 'job create') second ??= create(cluster);
  };
  expect(await create(cluster)).toEqual(made);
  expect(await second).toEqual(made);
  expect(cluster.state.events).toEqual(['job create', 'end of create']);
});

test('a backup waits for other Jobs on the volume', async () => {
  const cluster = clusterWith({ jobSeconds: 10 });
  const { kubectl } = siteOf(cluster);
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'other', namespace: 'veza-staging' },
    spec: jobOf(['list']),
  };
  await kubectl.create(job);
  await create(cluster);
  expect(cluster.state.events).toEqual(['job list', 'end of list', 'job create', 'end of create']);
});

const log =
  'kubectl --context=veza-staging --namespace=veza-staging logs job/postgres-backup-create-20261125t030003z-xxxxxx';

test.each<[string, ClusterState['jobFailures'][string], string]>([
  ['a dump that fails', { line: 'pg_dump: error: no memory' }, `pg_dump: error: no memory; its log: ${log}`],
  [
    'no node',
    { pending: { reason: 'Unschedulable', message: '0/3 nodes\nare available' } },
    'its pod did not start within 180 s: Unschedulable: 0/3 nodes are available',
  ],
  [
    'no key in a Secret',
    { waiting: { reason: 'CreateContainerConfigError', message: 'no key BACKUP_PASSWORD in Secret' } },
    'its pod did not start within 180 s: CreateContainerConfigError: no key BACKUP_PASSWORD in Secret',
  ],
  [
    'a pod that is refused',
    { refused: 'exceeded quota' },
    'its pod did not start within 180 s: FailedCreate: exceeded quota',
  ],
  ['out of memory', { killed: 'OOMKilled', line: '' }, `OOMKilled; its log: ${log}`],
  ['out of time', { late: true, line: '' }, `exceeded its deadline of 30 minutes; its log: ${log}`],
])('%s: the error has the cause', async (_, failure, cause) => {
  const cluster = clusterWith({ jobFailures: { create: failure } });
  const problems = await problemsIn(create(cluster));
  expect(problems.map((line) => line.replace(/z-\w{6}$/, 'z-xxxxxx'))).toEqual([
    `no verified backup was made: ${cause}`,
  ]);
  expect(cluster.unfinished).toEqual([]);
});

test('a pod that was blocked has the whole time again once the cause is gone', async () => {
  const message = { reason: 'Unschedulable', message: 'no node' };
  const cluster = clusterWith({ jobFailures: { create: { pending: message } } });
  const site = siteOf(cluster);
  let slept = 0;
  const sleep = async (seconds: number) => {
    slept += seconds;
    cluster.state.now += seconds * 1000;
    const pod = Object.entries(cluster.state.objects).find(([id]) => id.startsWith('pod/postgres-backup-create'))?.[1];
    const conditions = slept === 60 ? [] : [{ type: 'PodScheduled', status: 'False', ...message }];
    Object.assign(pod ?? {}, { status: { phase: 'Pending', conditions } });
  };
  const clock = { ...site.clock, sleep };
  expect(await problemsIn(createBackup({ ...site, clock }))).toHaveLength(1);
  expect(slept).toBeGreaterThan(120);
});

test('a deleted Job fails the backup', async () => {
  const cluster = clusterWith({ jobFailures: { create: { endless: true } } });
  cluster.onEvent = (event) => {
    if (event === 'job create') setImmediate(() => cluster.deleteMatching(/^job\//));
  };
  const site = siteOf(cluster);
  const clock = { ...site.clock, sleep: async () => new Promise<void>((resolve) => setImmediate(resolve)) };
  expect(await problemsIn(createBackup({ ...site, clock }))).toEqual([
    expect.stringMatching(/^no verified backup was made: Job postgres-backup-create-[\w-]+ was deleted while it ran; /),
  ]);
});

test('without a CronJob the error says to deploy first', async () => {
  const cluster = clusterWith({ objects: {} });
  expect(await problemsIn(create(cluster))).toEqual([
    'usage: there is no CronJob postgres-backup in veza-staging; deploy it first: npx veza deploy staging <version>',
  ]);
});

test('a managed database has no backups here', async () => {
  const context = siteOf(clusterWith());
  const database = {
    kind: 'managed' as const,
    name: 'veza',
    user: 'veza',
    host: 'db.example.com',
    port: 5432,
    cidr: '10.0.0.1/32',
    maxConnections: 100,
  };
  expect(await problemsIn(createBackup({ ...context, environment: { ...context.environment, database } }))).toEqual([
    'usage: staging has a managed database; use the backups of its provider',
  ]);
});

test('a missing permission to create Jobs is an error that leaves nothing behind', async () => {
  const cluster = clusterWith({ denied: ['create jobs'] });
  expect(await problemsIn(create(cluster))).toEqual([
    'usage: kubectl create: Error from server (Forbidden): User "jane" cannot create jobs in the namespace "veza-staging"',
  ]);
  expect(cluster.state.events).toEqual([]);
});

test('a failure after the backup began is no usage error', async () => {
  const outage = { error: 'The connection was refused', calls: 1e6 };
  const cluster = clusterWith({ jobFailures: { create: { endless: true } } });
  cluster.onEvent = (event) => {
    if (event === 'job create') cluster.outage = outage;
  };
  expect(await problemsIn(create(cluster))).toEqual([
    expect.stringMatching(
      /^Job postgres-backup-create-\w+-\w{6} may still run: kubectl delete: The connection was refused. Delete it with: /,
    ),
  ]);
  cluster.outage = undefined;
  const site = siteOf(cluster);
  const step = site.progress.update.bind(site.progress);
  site.progress.update = (text) => {
    if (text.startsWith('a backup is already running')) cluster.outage = outage;
    step(text);
  };
  expect(await problemsIn(create(cluster, site))).toEqual(['kubectl get: The connection was refused']);
  const denied = new TestCluster({ ...stateWithBucket(), denied: ['create jobs'] });
  expect(await problemsIn(copyBackups(siteOf(denied)))).toEqual([
    'kubectl create: Error from server (Forbidden): User "jane" cannot create jobs in the namespace "veza-staging"',
  ]);
});

test('two Jobs that begin in the same second have different names', async () => {
  const cluster = clusterWith();
  const site = { ...siteOf(cluster), clock: { ...siteOf(cluster).clock, now: () => start } };
  const task = { verb: 'list', args: ['list'] };
  const ends = await Promise.all([runTask(site, cronJob, task), runTask(site, cronJob, task)]);
  const names = ends.map(({ job }) => job);
  expect(names[0]).toMatch(/^postgres-backup-list-20261125t030000z-[0-9a-f]{6}$/);
  expect(names[1]).not.toBe(names[0]);
});

test('a backup is refused while a restore is in progress', async () => {
  const cluster = clusterWith();
  let problems: readonly string[] | Promise<readonly string[]> = [];
  cluster.onEvent = (event) => {
    if (event.startsWith('job restore')) problems = problemsIn(create(cluster));
  };
  await restoring(siteOf(cluster));
  expect(await problems).toEqual([
    'a restore of staging is in progress; wait for it to finish, or run it again if it was interrupted',
  ]);
  expect(cluster.state.events).not.toContain('job create');
});

test('backups are copied if the environment has a bucket', async () => {
  const cluster = new TestCluster(stateWithBucket());
  expect(await copyBackups(siteOf(cluster))).toBe(true);
  expect(cluster.state.events).toEqual([`job copy --immutable /backups/complete ${copyTarget}`, 'end of copy']);
  expect(await copyBackups(siteOf(clusterWith()))).toBe(false);
});

test('the latest backup is the latest of any Job, or of the status of the CronJob', async () => {
  const cluster = clusterWith();
  const context = siteOf(cluster);
  const last = () => latestBackupTime(context);
  expect(await last()).toBeUndefined();
  Object.assign(cluster.state.objects['cronjob/postgres-backup'] ?? {}, {
    status: { lastSuccessfulTime: '2026-11-24T02:17:00Z' },
  });
  expect(await last()).toEqual(new Date('2026-11-24T02:17:00Z'));
  await create(cluster);
  const [job] = Object.values(cluster.state.objects).filter(({ kind }) => kind === 'Job');
  const created = new Date(String(job?.status?.completionTime));
  expect(await last()).toEqual(created);
  cluster.state.jobFailures.create = { line: 'no space' };
  await problemsIn(create(cluster));
  await restoring(siteOf(cluster));
  expect(await last()).toEqual(created);
});

function jobOf(args: string[]) {
  return {
    template: { metadata: { labels: { app: 'postgres-backup' } }, spec: { containers: [{ name: 'backup', args }] } },
  };
}

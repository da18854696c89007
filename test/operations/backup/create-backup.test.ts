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

function create(cluster: TestCluster, site = siteOf(cluster)) {
  return createBackup(site.kubectl, site.environment, site.progress, site.clock);
}

test('makes a backup and tells what it waits for, once for each change', async () => {
  const cluster = clusterWith({ jobSeconds: 20 });
  const site = siteOf(cluster);
  expect(await create(cluster, site)).toEqual(made);
  expect(cluster.state.events).toEqual(['job create', 'end of create']);
  expect(site.told).toEqual([
    'making a backup of staging …',
    expect.stringMatching(/^ {2}pod postgres-backup-create-20261125t0300\d\dz-\w{6}-abcde is at work$/),
    '  ✔ backup 20261125T030000Z is made and verified',
  ]);
});

test('where one is being made already, that is the one', async () => {
  const cluster = clusterWith({ jobSeconds: 20 });
  let second: Promise<unknown> | undefined;
  cluster.onEvent = (event) => {
    if (event === 'job create') second ??= create(cluster);
  };
  expect(await create(cluster)).toEqual(made);
  expect(await second).toEqual(made);
  expect(cluster.state.events).toEqual(['job create', 'end of create']);
});

test('what else works on the volume is waited for', async () => {
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

test.each<[string, ClusterState['faults'][string], string]>([
  ['a dump that fails', { line: 'pg_dump: error: no memory' }, `pg_dump: error: no memory; its log: ${log}`],
  [
    'no node',
    { pending: { reason: 'Unschedulable', message: '0/3 nodes\nare available' } },
    'its pod did not start in 180 s: Unschedulable: 0/3 nodes are available',
  ],
  [
    'no key in a Secret',
    { waiting: { reason: 'CreateContainerConfigError', message: 'no key BACKUP_PASSWORD in Secret' } },
    'its pod did not start in 180 s: CreateContainerConfigError: no key BACKUP_PASSWORD in Secret',
  ],
  [
    'a pod that is refused',
    { refused: 'exceeded quota' },
    'its pod did not start in 180 s: FailedCreate: exceeded quota',
  ],
  ['out of memory', { killed: 'OOMKilled', line: '' }, `OOMKilled; its log: ${log}`],
  ['out of time', { late: true, line: '' }, `it took longer than the 30 minutes that it has; its log: ${log}`],
])('%s: says the cause', async (_, fault, cause) => {
  const cluster = clusterWith({ faults: { create: fault } });
  const problems = await problemsIn(create(cluster));
  expect(problems.map((line) => line.replace(/z-\w{6}$/, 'z-xxxxxx'))).toEqual([
    `no verified backup was made: ${cause}`,
  ]);
  expect(cluster.unfinished).toEqual([]);
});

test('trouble that passes gives the pod its whole time again', async () => {
  const message = { reason: 'Unschedulable', message: 'no node' };
  const cluster = clusterWith({ faults: { create: { pending: message } } });
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
  expect(await problemsIn(createBackup(site.kubectl, site.environment, site.progress, clock))).toHaveLength(1);
  expect(slept).toBeGreaterThan(120);
});

test('a Job that somebody deletes is the end', async () => {
  const cluster = clusterWith({ faults: { create: { endless: true } } });
  cluster.onEvent = (event) => {
    if (event === 'job create') setImmediate(() => cluster.forget(/^job\//));
  };
  const site = siteOf(cluster);
  const clock = { ...site.clock, sleep: async () => new Promise<void>((resolve) => setImmediate(resolve)) };
  expect(await problemsIn(createBackup(site.kubectl, site.environment, site.progress, clock))).toEqual([
    expect.stringMatching(
      /^no verified backup was made: Job postgres-backup-create-[\w-]+ is gone: somebody deleted it; /,
    ),
  ]);
});

test('without a CronJob it says to deploy first', async () => {
  const cluster = clusterWith({ objects: {} });
  expect(await problemsIn(create(cluster))).toEqual([
    'usage: there is no CronJob postgres-backup in veza-staging; deploy it first: npm run deploy -- staging <version>',
  ]);
});

test('a managed database is none of ours', async () => {
  const { kubectl, environment, progress } = siteOf(clusterWith());
  const database = {
    kind: 'managed' as const,
    name: 'veza',
    user: 'veza',
    host: 'db.example.com',
    port: 5432,
    cidr: '10.0.0.1/32',
    maxConnections: 100,
  };
  expect(await problemsIn(createBackup(kubectl, { ...environment, database }, progress))).toEqual([
    'usage: the database of staging is a managed one; whoever runs it backs it up and restores it',
  ]);
});

test('who may not start a Job is told so, and nothing is left', async () => {
  const cluster = clusterWith({ denied: ['create jobs'] });
  expect(await problemsIn(create(cluster))).toEqual([
    'usage: kubectl create: Error from server (Forbidden): User "jane" cannot create jobs in the namespace "veza-staging"',
  ]);
  expect(cluster.state.events).toEqual([]);
});

test('what fails once a backup was begun is no wrong usage any more', async () => {
  const outage = { words: 'The connection was refused', calls: 1e6 };
  const cluster = clusterWith({ faults: { create: { endless: true } } });
  cluster.onEvent = (event) => {
    if (event === 'job create') cluster.outage = outage;
  };
  expect(await problemsIn(create(cluster))).toEqual([
    expect.stringMatching(
      /^Job postgres-backup-create-\w+-\w{6} may still run: kubectl delete: The connection was refused; stop it: /,
    ),
  ]);
  cluster.outage = undefined;
  const site = siteOf(cluster);
  const step = site.progress.update.bind(site.progress);
  site.progress.update = (text) => {
    if (text.endsWith('makes one already')) cluster.outage = outage;
    step(text);
  };
  expect(await problemsIn(create(cluster, site))).toEqual(['kubectl get: The connection was refused']);
  const denied = new TestCluster({ ...stateWithBucket(), denied: ['create jobs'] });
  expect(await problemsIn(copyBackups(siteOf(denied)))).toEqual([
    'kubectl create: Error from server (Forbidden): User "jane" cannot create jobs in the namespace "veza-staging"',
  ]);
});

test('two Jobs that begin in the same second are two', async () => {
  const cluster = clusterWith();
  const site = { ...siteOf(cluster), clock: { ...siteOf(cluster).clock, now: () => start } };
  const task = { verb: 'list', args: ['list'] };
  const ends = await Promise.all([runTask(site, cronJob, task), runTask(site, cronJob, task)]);
  const names = ends.map(({ job }) => job);
  expect(names[0]).toMatch(/^postgres-backup-list-20261125t030000z-[0-9a-f]{6}$/);
  expect(names[1]).not.toBe(names[0]);
});

test('is refused while a restore is under way', async () => {
  const cluster = clusterWith();
  let problems: readonly string[] | Promise<readonly string[]> = [];
  cluster.onEvent = (event) => {
    if (event.startsWith('job restore')) problems = problemsIn(create(cluster));
  };
  await restoring(siteOf(cluster));
  expect(await problems).toEqual([
    'a restore of staging is under way, or was stopped before its end; in that case run it again, which repairs that',
  ]);
  expect(cluster.state.events).not.toContain('job create');
});

test('copies what is verified, where there is somewhere to copy it to', async () => {
  const cluster = new TestCluster(stateWithBucket());
  expect(await copyBackups(siteOf(cluster))).toBe(true);
  expect(cluster.state.events).toEqual([`job copy --immutable /backups/complete ${copyTarget}`, 'end of copy']);
  expect(await copyBackups(siteOf(clusterWith()))).toBe(false);
});

test('the youngest backup is the youngest that any Job has made, or that the CronJob remembers', async () => {
  const cluster = clusterWith();
  const { kubectl, environment } = siteOf(cluster);
  const last = () => latestBackupTime(kubectl, environment);
  expect(await last()).toBeUndefined();
  Object.assign(cluster.state.objects['cronjob/postgres-backup'] ?? {}, {
    status: { lastSuccessfulTime: '2026-11-24T02:17:00Z' },
  });
  expect(await last()).toEqual(new Date('2026-11-24T02:17:00Z'));
  await create(cluster);
  const [job] = Object.values(cluster.state.objects).filter(({ kind }) => kind === 'Job');
  const created = new Date(String(job?.status?.completionTime));
  expect(await last()).toEqual(created);
  cluster.state.faults.create = { line: 'no space' };
  await problemsIn(create(cluster));
  await restoring(siteOf(cluster));
  expect(await last()).toEqual(created);
});

function jobOf(args: string[]) {
  return {
    template: { metadata: { labels: { app: 'postgres-backup' } }, spec: { containers: [{ name: 'backup', args }] } },
  };
}

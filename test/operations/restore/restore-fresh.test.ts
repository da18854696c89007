import { BackupHarness, problemsIn } from '../../support/backup-harness';
import { paused, previousDatabase, resumed, running, unchanged } from '../../support/restore-texts';

const backup = '20261125T021500Z';
const fresh = { freshServer: true };

/** An environment whose database server crashes whenever it starts. */
function crashing(): BackupHarness {
  const harness = new BackupHarness();
  harness.damageData();
  return harness;
}

test('if the server crashes, the error recommends a fresh server, and nothing is stopped', async () => {
  const harness = crashing();
  const problems = await problemsIn(harness.restore());
  expect(problems.slice(1, 3)).toEqual([
    'postgres-0 is not ready (CrashLoopBackOff); if its data is damaged (docs/guides/damaged-database.md), set the data aside ' +
      `and restore into a fresh server: npx veza restore staging ${backup} --fresh-server`,
    unchanged,
  ]);
  expect(harness.events).not.toContain('veza-chat-server replicas: 0');
  expect(harness.workloads).toEqual(running);
});

test('a release without a fence is an error before anything is stopped', async () => {
  const harness = new BackupHarness();
  harness.postgres.hasFenceScript = false;
  expect((await problemsIn(harness.restore()))[0]).toMatch(
    /^\/etc\/postgres\/fence\.sh cannot be run in postgres-0 \(.*\); deploy these manifests first$/,
  );
  expect(harness.events).not.toContain('veza-chat-server replicas: 0');
  expect(harness.workloads).toEqual(running);
});

test('the damaged data is set aside, a fresh server starts, and the backup is restored into it', async () => {
  const harness = crashing();
  expect(await harness.restore(fresh)).toBe(previousDatabase);
  const [name = ''] = harness.postgres.setAside;
  expect(name).toMatch(/^damaged-20261125t10\d{4}z-[0-9a-f]{6}$/);
  const order = [
    `job check ${backup}`,
    'veza-chat-server replicas: 0',
    'postgres replicas: 0',
    `postgres data set aside: ${name}`,
    'end of set-aside',
    'postgres replicas: 1',
    `fence close ${backup}`,
  ];
  expect(harness.events.filter((event) => order.includes(event))).toEqual(order);
  expect(harness.workloads).toEqual(running);
  expect(harness.server).toEqual([1]);
  expect(harness.databaseNames).toEqual([previousDatabase, 'veza_staging']);
  expect(harness.output).toContain(
    '  ✔ Once the old data is no longer needed, remove it: kubectl --context=veza-staging --namespace=veza-staging exec postgres-0 ' +
      `--container=postgres -- sh -c 'rm -r "$PGDATA.${name}"'`,
  );
});

test('a server that a killed restore left stopped is started by the next restore, even if that fails', async () => {
  const harness = new BackupHarness();
  await harness.restoreUntilKilled('postgres replicas: 0', fresh);
  await harness.cluster.clock.sleep(10);
  expect(await problemsIn(harness.restore())).toEqual([expect.stringContaining('postgres-0'), unchanged, resumed]);
  expect(harness.server).toEqual([1]);
  expect(harness.workloads).toEqual(running);
  expect(harness.postgres.setAside).toEqual([]);
  expect(await harness.restore()).toBe(previousDatabase);
});

test('a server that was scaled to zero by hand runs after the restore', async () => {
  const harness = crashing();
  harness.change('StatefulSet', 'postgres', { replicas: 0 });
  expect(await harness.restore(fresh)).toBe(previousDatabase);
  expect(harness.server).toEqual([1]);
});

test('an incomplete backup leaves the damaged server unchanged', async () => {
  const harness = crashing();
  harness.backups.volume = [];
  expect(await problemsIn(harness.restore(fresh))).toContain(`there is no backup ${backup} (available: none)`);
  expect(harness.postgres.setAside).toEqual([]);
  expect(harness.events).not.toContain('postgres replicas: 0');
  expect(harness.workloads).toEqual(running);
});

test('a volume without space for both leaves the damaged data in place', async () => {
  const harness = crashing();
  harness.postgres.freeBytes = 2 ** 20;
  expect(await problemsIn(harness.restore(fresh))).toEqual([
    `could not set the damaged data aside: the volume needs ${2 ** 30 + 12 * 2 ** 20}`,
    unchanged,
    resumed,
  ]);
  expect(harness.postgres.setAside).toEqual([]);
  expect(harness.server).toEqual([1]);
  expect(harness.workloads).toEqual(running);
});

test('a fresh server that cannot be made, since the server does not end, leaves its data in place', async () => {
  const harness = new BackupHarness();
  harness.cluster.fail({ image: /^postgres:/, as: 'NeverTerminates' });
  expect(await problemsIn(harness.restore(fresh))).toEqual([
    'pod postgres-0 on node node-1 does not end; check the node, and once it is certainly off, run: ' +
      'kubectl --context=veza-staging --namespace=veza-staging delete pod/postgres-0 --force --grace-period=0',
    unchanged,
    resumed,
  ]);
  expect(harness.postgres.setAside).toEqual([]);
  expect(harness.server).toEqual([1]);
  expect(harness.workloads).toEqual(running);
});

test('services do not resume with an empty server, and the next restore continues with it', async () => {
  const harness = crashing();
  harness.jobs.restore = { succeed: false, log: 'no connection' };
  const problems = await problemsIn(harness.restore(fresh));
  const [name = ''] = harness.postgres.setAside;
  expect(problems.slice(0, 2)).toEqual([
    'restore: no connection',
    `the database server may be a fresh one without data (the old data is kept as ${name}), so the services stay stopped; run ` +
      'the restore again, or resume the paused workloads by hand:',
  ]);
  expect(harness.workloads).toEqual(paused);
  expect(harness.server).toEqual([1, `veza.app/data-set-aside=${name}`]);
  delete harness.jobs.restore;
  expect(await harness.restore()).toBe(previousDatabase);
  expect(harness.postgres.setAside).toEqual([name]);
  expect(harness.workloads).toEqual(running);
  expect(harness.server).toEqual([1]);
});

test.each(['postgres replicas: 0', /^postgres data set aside: damaged-/, 'end of set-aside'])(
  'a restore that was killed at %p is completed by the next one',
  async (moment) => {
    const harness = crashing();
    await harness.restoreUntilKilled(moment, fresh);
    expect(await harness.restore(fresh)).toBe(previousDatabase);
    expect(harness.postgres.setAside).toHaveLength(1);
    expect(harness.workloads).toEqual(running);
    expect(harness.server).toEqual([1]);
  },
);

import {
  clusterWith,
  openFence,
  paused,
  previousDatabase,
  restoring,
  resumeCommands,
  resumed,
  running,
  stoppable,
  unchanged,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';

const outageError = 'The connection was refused';

test('an outage of the API server of some minutes is tolerated', async () => {
  const cluster = clusterWith({ jobSeconds: 600 });
  cluster.onEvent = (event) => {
    // Each poll takes two seconds here, and waits for two more.
    if (event.startsWith('job restore')) cluster.outage = { error: outageError, calls: 140 };
  };
  expect(await restoring(siteOf(cluster))).toBe(previousDatabase);
  expect(cluster.outage?.calls).toBe(0);
  expect(cluster.workloads).toEqual(running);
});

test('after a permanent outage the error lists the commands, and the next run repairs', async () => {
  const cluster = clusterWith();
  cluster.onEvent = (event) => {
    if (event.startsWith('job roles')) cluster.outage = { error: outageError, calls: 1e6 };
  };
  const problems = await problemsIn(restoring(siteOf(cluster)));
  expect(problems[0]).toMatch(
    /^Job postgres-backup-roles-\w+-\w{6} may still run: kubectl delete: The connection was refused. Delete it with: kubectl .* delete job\/postgres-backup-roles-/,
  );
  expect(problems.slice(1)).toEqual([
    unchanged,
    'could not determine whether a Job still replaces the database (kubectl get: The connection was refused); once none is ' +
      'active, run the restore again, or resume the paused workloads by hand:',
    openFence,
    ...resumeCommands,
  ]);
  cluster.outage = undefined;
  cluster.onEvent = () => undefined;
  await restoring(siteOf(cluster));
  expect(cluster.workloads).toEqual(running);
});

test.each([10, 100])(
  'a Job whose state is unknown counts as active, after %i calls without a response',
  async (calls) => {
    const cluster = clusterWith({ jobFailures: { restore: { endless: true } } });
    const { site, stop } = stoppable(cluster);
    cluster.onEvent = (event) => {
      if (!event.startsWith('job restore')) return;
      stop();
      cluster.outage = { error: outageError, calls };
    };
    const problems = await problemsIn(restoring(site));
    if (calls === 10) {
      expect(problems).toEqual(['stopped by SIGTERM', unchanged, resumed]);
      expect(cluster.unfinished).toEqual([]);
      expect(cluster.workloads).toEqual(running);
    } else {
      expect(problems[0]).toBe('stopped by SIGTERM');
      expect(problems.slice(-resumeCommands.length - 1)).toEqual([openFence, ...resumeCommands]);
      expect(cluster.unfinished).toEqual(['restore 20261125T021500Z']);
      expect(cluster.workloads).toEqual(paused);
    }
  },
);

import {
  again,
  atRest,
  byHand,
  clusterWith,
  old,
  openFence,
  restoring,
  stoppable,
  stopped,
  untouched,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';

const words = 'The connection was refused';

test('an API server that is away for minutes is forgiven', async () => {
  const cluster = clusterWith({ jobSeconds: 600 });
  cluster.onEvent = (event) => {
    // Each look takes two seconds here, and waits for two more.
    if (event.startsWith('job restore')) cluster.outage = { words, calls: 140 };
  };
  expect(await restoring(siteOf(cluster))).toBe(old);
  expect(cluster.outage?.calls).toBe(0);
  expect(cluster.standing).toEqual(atRest);
});

test('an API server that stays away: what to type is said, and the next run repairs', async () => {
  const cluster = clusterWith();
  cluster.onEvent = (event) => {
    if (event.startsWith('job roles')) cluster.outage = { words, calls: 1e6 };
  };
  const problems = await problemsIn(restoring(siteOf(cluster)));
  expect(problems[0]).toMatch(
    /^Job postgres-backup-roles-\w+-\w{6} may still run: kubectl delete: The connection was refused; stop it: kubectl .* delete job\/postgres-backup-roles-/,
  );
  expect(problems.slice(1)).toEqual([
    untouched,
    'whether a Job still replaces the database cannot be seen (kubectl get: The connection was refused); when none is at ' +
      'work, run the restore again, or set going by hand what stands still:',
    openFence,
    ...byHand,
  ]);
  cluster.outage = undefined;
  cluster.onEvent = () => undefined;
  await restoring(siteOf(cluster));
  expect(cluster.standing).toEqual(atRest);
});

test.each([10, 100])(
  'a Job that cannot be seen counts as one at work, after %i calls without an answer',
  async (calls) => {
    const cluster = clusterWith({ faults: { restore: { endless: true } } });
    const { site, stop } = stoppable(cluster);
    cluster.onEvent = (event) => {
      if (!event.startsWith('job restore')) return;
      stop();
      cluster.outage = { words, calls };
    };
    const problems = await problemsIn(restoring(site));
    if (calls === 10) {
      expect(problems).toEqual(['stopped by SIGTERM', untouched, again]);
      expect(cluster.unfinished).toEqual([]);
      expect(cluster.standing).toEqual(atRest);
    } else {
      expect(problems[0]).toBe('stopped by SIGTERM');
      expect(problems.slice(-byHand.length - 1)).toEqual([openFence, ...byHand]);
      expect(cluster.unfinished).toEqual(['restore 20261125T021500Z']);
      expect(cluster.standing).toEqual(stopped);
    }
  },
);

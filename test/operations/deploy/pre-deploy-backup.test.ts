import { backUpBeforeDeploy, formatBackupRemark } from '../../../lib/operations/deploy/pre-deploy-backup';
import { cronJob, restorableObjects } from '../../support/backup-fixtures';
import { BackupHarness } from '../../support/backup-harness';
import { changed } from '../../support/changed';
import { staging } from '../../support/environments/staging';

const environment = changed(staging, 'deployment.backup', true);
const minute = 60_000;

/** The time of the cluster. The clock of this machine is hours behind: by it every backup is from the future. */
const clusterTime = Date.parse('2026-11-25T17:00:00Z');

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** An environment whose last backup ended some minutes ago by the time of the cluster. */
function withBackup(minutesAgo: number | undefined, lockTime = iso(clusterTime)): BackupHarness {
  const status = minutesAgo === undefined ? {} : { lastSuccessfulTime: iso(clusterTime - minutesAgo * minute) };
  const managedFields = [{ manager: 'old', time: iso(clusterTime - 600 * minute) }, { time: lockTime }, {}];
  const metadata = { name: 'operation', namespace: environment.namespace, managedFields };
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: {} };
  const objects = restorableObjects.filter(({ kind }) => kind !== 'CronJob');
  const scheduled = { ...cronJob, status };
  return new BackupHarness([...objects, scheduled, lease]);
}

/** Backs up before a deploy, and returns what was printed. */
async function backUp(harness: BackupHarness, skipBackup?: string): Promise<readonly string[]> {
  const print = (line: string) => void harness.output.push(line);
  await backUpBeforeDeploy({ skipBackup }, { ...harness.context(), environment, print });
  return harness.output;
}

test.each<[string, number, string]>([
  ['now', 0, '0'],
  ['within the minute after the lock was renewed', -0.5, '0'],
  ['59 minutes ago', 59.9, '59'],
])('a backup of %s is fresh, whatever the clock of this machine says', async (_, minutesAgo, shown) => {
  const harness = withBackup(minutesAgo);
  expect(await backUp(harness)).toContain(`  ✔ Latest backup is recent enough (${shown} min old)`);
  expect(harness.events).toEqual([]);
});

test.each<[string, () => BackupHarness]>([
  ['an hour old', () => withBackup(60)],
  ['missing', () => withBackup(undefined)],
  ['of an age that the cluster does not record', () => withBackup(5, 'no time')],
])('if the last backup is %s, one is made', async (_, prepare) => {
  const harness = prepare();
  await backUp(harness);
  expect(harness.events).toEqual(['job create', 'end of create']);
});

test('a backup from the future does not count', async () => {
  const harness = withBackup(-420);
  expect(await backUp(harness)).toContain(
    "  ignoring the latest backup: by the cluster's clock its time is 420 min in the future",
  );
  expect(harness.events).toEqual(['job create', 'end of create']);
});

test('before the first deploy there is nothing to back up', async () => {
  const harness = new BackupHarness([]);
  expect(await backUp(harness)).toEqual(['  no database backup: this deploy creates the CronJob for backups']);
});

test('an environment that requires no backup gets none', async () => {
  const harness = withBackup(undefined);
  const context = { ...harness.context(), print: (line: string) => void harness.output.push(line) };
  await backUpBeforeDeploy(
    { skipBackup: undefined },
    { ...context, environment: changed(staging, 'deployment.backup', false) },
  );
  expect([harness.output, harness.events]).toEqual([[], []]);
});

test('in an emergency none is made, and the reason goes with the deploy', async () => {
  const harness = withBackup(undefined);
  expect(await backUp(harness, 'the volume is full')).toEqual(['  skipping the database backup: the volume is full']);
  expect(harness.events).toEqual([]);
  expect(formatBackupRemark({ skipBackup: 'the volume is full' })).toBe(' without a backup (the volume is full)');
  expect(formatBackupRemark({ skipBackup: undefined })).toBe('');
});

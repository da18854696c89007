import { staging } from '../../../lib/environments/staging';
import { changed } from '../../support/changed';
import { Bed } from './bed';

const migration = { kind: 'job', service: 'backend-api', command: ['./api', 'migrate'], timeoutSeconds: 60 };
const environment = changed(changed(staging, 'deployment.timeoutSeconds', 3), 'deployment.migration', migration);
let bed: Bed;

jest.setTimeout(120_000);
beforeAll(async () => {
  bed = await Bed.make(environment);
  bed.cluster.onJob(migrated);
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
});
beforeEach(() => {
  jobs = 0;
});
afterEach(() => restores(undefined));
afterAll(() => bed.stop());

let jobs = 0;
const migrated = () => {
  jobs += 1;
  return { succeed: true };
};

/** Somebody begins to restore, or has ended. */
function restores(holder: string | undefined): void {
  const cronJob = bed.cluster.objects.one('CronJob', 'postgres-backup', 'veza-staging');
  if (!cronJob) throw new Error('there are no backups');
  const { 'veza.app/restore': _, ...others } = cronJob.metadata.annotations ?? {};
  const annotations = holder === undefined ? others : { ...others, 'veza.app/restore': holder };
  bed.put({ ...cronJob, metadata: { ...cronJob.metadata, annotations } });
}

const refused =
  'a restore keeps CronJob/postgres-backup still; wait for its end, or, if it was stopped, run it again with --take-over: that repairs it';
const untouched = ['backend-api:v1.0.0', 'chat-server:v1.0.0', 'stream-server:v1.0.0'];

test('a restore that begins while a deploy waits for its confirmation stops it before the migration', async () => {
  expect(await bed.deploy('v1.1.0', {}, async () => restores('jane'))).toStrictEqual({ failed: [refused] });
  expect(jobs).toBe(0);
  expect(bed.running).toStrictEqual(untouched);
  expect(await bed.history()).toStrictEqual(['1 superseded v1.0.0', '2 deployed v1.0.0']);
});

test('one that begins during the migration stops it before the upgrade', async () => {
  bed.cluster.onJob(() => {
    restores('jane');
    return migrated();
  });
  expect(await bed.deploy('v1.1.0')).toStrictEqual({ failed: [refused] });
  expect(jobs).toBe(1);
  expect(bed.running).toStrictEqual(untouched);
  expect(await bed.history()).toStrictEqual(['1 superseded v1.0.0', '2 deployed v1.0.0']);
});

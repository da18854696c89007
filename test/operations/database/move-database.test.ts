import { listReturnCommands, moveDatabase } from '../../../lib/operations/database/move-database';
import { DatabaseHarness, problemsOf, savedBackup, someData } from '../../support/database-harness';

const toCluster = { 'cnpg.io/cluster': 'postgres-cluster', 'cnpg.io/instanceRole': 'primary' };
const running = { api: 2, chat: 3, stream: 1, single: 1, suspended: false };
const moved = { ...running, single: 0 };

test('everything happens in order: the services write into one database at a time', async () => {
  const harness = new DatabaseHarness();
  expect(await harness.move()).toBe('20261125T100000Z');
  expect(harness.events.filter((event) => !event.startsWith('end of'))).toEqual([
    'cluster postgres-cluster',
    'postgres-backup suspend: true',
    'veza-backend-api replicas: 0',
    'veza-chat-server replicas: 0',
    'veza-stream-server replicas: 0',
    'single fence close move-to-postgres-cluster',
    'job create',
    'cluster fence close 20261125T100000Z',
    'job roles 20261125T100000Z',
    'cluster make {"roles":[]}',
    'job restore 20261125T100000Z',
    'cluster apply {"roles":[]}',
    `service ${JSON.stringify(toCluster)}`,
    'postgres replicas: 0',
    'cluster fence open',
    'veza-stream-server replicas: 1',
    'veza-chat-server replicas: 3',
    'veza-backend-api replicas: 2',
    'postgres-backup suspend: false',
  ]);
  expect(harness.data['postgres-cluster']).toEqual(someData);
  expect(harness.route).toEqual(toCluster);
  expect(harness.workloads).toEqual(moved);
  expect(harness.object('StatefulSet', 'postgres').metadata.annotations).toEqual({
    'veza.app/moved-to': 'postgres-cluster',
  });
});

test('only the network policy of the move is deleted', async () => {
  const harness = new DatabaseHarness();
  const deleted: string[] = [];
  harness.cluster.onCall = (verb, what) => {
    if (verb === 'delete') deleted.push(what);
  };
  await harness.move();
  expect(deleted).toEqual(['networkpolicy/postgres-move']);
});

test('what is missing is named before anything is changed', async () => {
  const harness = new DatabaseHarness();
  harness.cluster.version = 'v1.33.0';
  const { objects } = harness.cluster;
  const definition = objects.one('CustomResourceDefinition', 'objectstores.barmancloud.cnpg.io');
  if (definition) objects.delete(definition);
  expect(await problemsOf(harness.move())).toMatch(
    /^the cluster runs Kubernetes v1\.33\.0, .*\nthe cluster has no kind objectstores\.barmancloud\.cnpg\.io; install/,
  );
  expect(harness.events).toEqual([]);
  expect(harness.workloads).toEqual(running);
});

test.each([
  'cluster postgres-cluster',
  'veza-chat-server replicas: 0',
  'job create',
  'end of create',
  'job restore 20261125T100000Z',
  'end of restore',
  'cluster apply {"roles":[]}',
  /^service /,
  'postgres replicas: 0',
  'veza-chat-server replicas: 3',
])('killed at %s, the same command completes it', async (event) => {
  const harness = new DatabaseHarness();
  await harness.untilKilled(event, (context) => moveDatabase(context));
  await harness.move();
  expect(harness.route).toEqual(toCluster);
  expect(harness.data['postgres-cluster']).toEqual(someData);
  expect(harness.workloads).toEqual(moved);
  expect(harness.fences.cluster).toBe(false);
});

test('once the services use the Cluster, a further run does not restore into it again', async () => {
  const harness = new DatabaseHarness();
  await harness.move();
  const later = { tables: { 'public.tracks': 4 }, sequences: {} };
  harness.data = { ...harness.data, 'postgres-cluster': later };
  expect(await harness.move()).toBeUndefined();
  expect(harness.data['postgres-cluster']).toEqual(later);
});

test.each([
  ['the backup', 'create'],
  ['the restore', 'restore'],
])('if %s fails, the services keep the single server', async (_, verb) => {
  const harness = new DatabaseHarness();
  harness.jobs[verb] = { succeed: false, log: 'no space left' };
  const problems = await problemsOf(harness.move());
  expect(problems).toContain('no space left');
  expect(problems).toContain('the services use the single server as before');
  expect(harness.workloads).toEqual(running);
  expect(harness.route).toEqual({ app: 'postgres' });
  expect(harness.fences.single).toBe(false);
});

test('if a table or a sequence differs, nothing is switched', async () => {
  const harness = new DatabaseHarness();
  harness.at('cluster apply {"roles":[]}', () => {
    harness.data = {
      ...harness.data,
      'postgres-cluster': { tables: { 'public.tracks': 2 }, sequences: { 'public.ids': 1 } },
    };
  });
  expect(await problemsOf(harness.move())).toContain(
    [
      'the two databases differ:',
      'table public.tracks: 3 -> 2',
      'table public.users: 2 -> does not exist',
      'sequence public.ids: 7 -> 1',
    ].join('\n'),
  );
  expect(harness.route).toEqual({ app: 'postgres' });
  expect(harness.workloads).toEqual(running);
});

test('a lost volume is moved from a backup, without the server that has lost it', async () => {
  const harness = new DatabaseHarness();
  harness.cluster.fail({ image: /^postgres:/, as: 'CrashLoopBackOff' });
  harness.cluster.step();
  expect(await harness.move(savedBackup)).toBe(savedBackup);
  expect(harness.events.filter((event) => event.startsWith('single'))).toEqual([]);
  expect(harness.route).toEqual(toCluster);
});

test('from a backup that fails, the services stay stopped: their server has no data', async () => {
  const harness = new DatabaseHarness();
  harness.jobs.restore = { succeed: false, log: 'damaged' };
  expect(await problemsOf(harness.move(savedBackup))).toContain('the services stay stopped');
  expect(harness.workloads).toMatchObject({ api: 0, chat: 0, stream: 0 });
});

test('services and backups that verified the single server verify the Cluster: its authority stays', async () => {
  const harness = new DatabaseHarness();
  const { cluster } = harness;
  const tmp = { name: 'tmp', emptyDir: {} };
  const items = [{ key: 'ca.crt', path: 'ca.crt' }];
  const volumes = [tmp, { name: 'database-authority', secret: { secretName: 'postgres-authority', items } }];
  const template = { spec: { volumes } };
  await cluster.patch('deployment/veza-chat-server', 'veza-staging', { spec: { template } });
  await cluster.patch('cronjob/postgres-backup', 'veza-staging', { spec: { jobTemplate: { spec: { template } } } });
  await harness.move();
  expect(harness.object('Deployment', 'veza-chat-server')).toMatchObject({ spec: { template } });
  expect(harness.object('CronJob', 'postgres-backup')).toMatchObject({ spec: { jobTemplate: { spec: { template } } } });
  expect(harness.object('Certificate', 'postgres-authority').spec).toMatchObject({ secretName: 'postgres-authority' });
});

test('the commands to return name the Cluster, the Service, the server and the fence', () => {
  const lines = listReturnCommands(new DatabaseHarness().context());
  expect(lines[0]).toContain('annotate cluster.postgresql.cnpg.io/postgres-cluster cnpg.io/hibernation=on');
  expect(lines[1]).toContain(
    'patch service/postgres-service --type=merge --patch=\'{"spec":{"selector":{"app":"postgres","cnpg.io/cluster":null',
  );
  expect(lines.join('\n')).toMatch(
    /state database\.kind single[\s\S]*--skip-backup[\s\S]*"replicas":1[\s\S]*fence\.sh open/,
  );
});

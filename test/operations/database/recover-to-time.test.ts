import {
  formatStatement,
  nameRecoveredCluster,
  parseMoment,
  recoverToTime,
} from '../../../lib/operations/database/recover-to-time';
import { DatabaseHarness, noData, problemsOf, someData } from '../../support/database-harness';

const moment = '2026-11-25T09:00:00Z';
const recovered = 'postgres-cluster-20261125t090000';
const route = (cluster: string) => ({ 'cnpg.io/cluster': cluster, 'cnpg.io/instanceRole': 'primary' });

/** A harness whose database has moved into the Cluster, which has an archive since some time. */
async function inCluster(first = '2026-11-24T00:00:00Z'): Promise<DatabaseHarness> {
  const harness = new DatabaseHarness();
  await harness.move();
  const store = harness.object('ObjectStore', 'postgres-archive');
  const serverRecoveryWindow = { 'postgres-cluster': { firstRecoverabilityPoint: first } };
  harness.cluster.objects.update({ ...store, status: { serverRecoveryWindow } });
  harness.archived = { tables: { 'public.tracks': 9, 'public.users': 2 }, sequences: { 'public.ids': 7 } };
  harness.events.length = 0;
  return harness;
}

test('makes a second Cluster, compares, and switches the services; the first stays', async () => {
  const harness = await inCluster();
  const recovery = await harness.recover(moment);
  expect(recovery).toEqual({
    cluster: recovered,
    start: { kind: 'recovery', from: 'postgres-cluster', time: moment },
    previous: 'postgres-cluster',
    comparison: { tables: 2, rows: 11, differences: ['table public.tracks: 3 -> 9'] },
  });
  expect(harness.events.filter((event) => !event.startsWith('end of'))).toEqual([
    `cluster ${recovered}`,
    'postgres-backup suspend: true',
    'veza-backend-api replicas: 0',
    'veza-chat-server replicas: 0',
    'veza-stream-server replicas: 0',
    `service ${JSON.stringify(route(recovered))}`,
    'veza-stream-server replicas: 1',
    'veza-chat-server replicas: 3',
    'veza-backend-api replicas: 2',
    'postgres-backup suspend: false',
  ]);
  expect(harness.route).toEqual(route(recovered));
  expect(harness.data['postgres-cluster']).toEqual(someData);
  expect(harness.object('Cluster', 'postgres-cluster').metadata.deletionTimestamp).toBeUndefined();
  // Services verify both by one authority, and what reconciles the roles finds the name of each in the certificate.
  const certificates = { serverTLSSecret: 'postgres-server', serverCASecret: 'postgres-server' };
  for (const name of ['postgres-cluster', recovered]) {
    expect(harness.object('Cluster', name).spec).toMatchObject({ certificates });
    expect(harness.object('Certificate', 'postgres-server').spec).toMatchObject({
      dnsNames: expect.arrayContaining(['postgres-service', `${name}-rw`]),
    });
  }
  expect(formatStatement(recovery)).toBe(
    `cluster: '${recovered}', start: { kind: 'recovery', from: 'postgres-cluster', time: '${moment}' }`,
  );
});

test.each([`cluster ${recovered}`, 'veza-chat-server replicas: 0', /^service /, 'veza-chat-server replicas: 3'])(
  'killed at %s, the same command completes it with the same Cluster',
  async (event) => {
    const harness = await inCluster();
    await harness.untilKilled(event, (context) => recoverToTime(context, moment));
    await harness.recover(moment);
    expect(harness.route).toEqual(route(recovered));
    expect(harness.events.filter((each) => each.startsWith('cluster postgres'))).toEqual([`cluster ${recovered}`]);
    expect(harness.workloads).toMatchObject({ api: 2, chat: 3, stream: 1, suspended: false });
  },
);

test('a moment before the first base backup is refused, and nothing is made', async () => {
  const harness = await inCluster('2026-11-25T09:30:00Z');
  expect(await problemsOf(harness.recover(moment))).toContain(
    'is too early: the archive of Cluster postgres-cluster begins at 2026-11-25T09:30:00Z',
  );
  expect(harness.events).toEqual([]);
});

test('an archive without a base backup is refused', async () => {
  const harness = new DatabaseHarness();
  await harness.move();
  expect(await problemsOf(harness.recover(moment))).toContain('has no base backup yet');
});

test('a Cluster that never becomes ready leaves the services where they are', async () => {
  const harness = await inCluster();
  harness.operatorWorks = false;
  expect(await problemsOf(harness.recover(moment))).toContain(`Cluster ${recovered} is not ready after 6 h`);
  expect(harness.route).toEqual(route('postgres-cluster'));
  expect(harness.workloads).toMatchObject({ api: 2, chat: 3, stream: 1 });
  expect(harness.data[recovered] ?? noData).toEqual(noData);
});

test('moments are those of the past, in RFC 3339 with a time zone', () => {
  const now = Date.parse('2026-11-29T01:00:00Z');
  expect(parseMoment('2026-11-29T01:30:00+01:00', now)).toBe('2026-11-29T00:30:00Z');
  expect(parseMoment('2026-11-29T00:30Z', now)).toBe('2026-11-29T00:30:00Z');
  for (const text of ['yesterday', '2026-11-29', '2026-11-29T00:30:00', '2026-13-29T00:30:00Z', '']) {
    expect(() => parseMoment(text, now)).toThrow('is not a time; use RFC 3339');
  }
  expect(() => parseMoment('2026-11-29T01:00:01Z', now)).toThrow('is in the future; the time is 2026-11-29T01:00:00Z');
});

test('a Cluster that is recovered again keeps one time in its name', () => {
  expect(nameRecoveredCluster('postgres-cluster', moment)).toBe(recovered);
  expect(nameRecoveredCluster('postgres-cluster-20261101t000000', moment)).toBe(recovered);
  expect(recovered.length).toBeLessThanOrEqual(32);
});

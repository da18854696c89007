import {
  ensureNoActiveMigration,
  listDatabaseWriters,
  waitForPodsReady,
} from '../../../lib/operations/restore/database-writers';
import { OperationError } from '../../../lib/platform/errors';
import { veza } from '../../../lib/veza/veza';
import { deployment } from '../../support/backup-fixtures';
import { BackupHarness, problemsIn } from '../../support/backup-harness';
import { changed } from '../../support/changed';
import { staging } from '../../support/environments/staging';
import { contracts } from '../../support/own-platform';
import { catalog, shop } from '../../support/shop';

test('the writers are the services of the given platform that call the database', () => {
  expect(listDatabaseWriters(shop)).toEqual(['shop-catalog']);
  expect(listDatabaseWriters({ ...shop, services: [{ ...catalog, calls: [] }] })).toEqual([]);
  expect(listDatabaseWriters(veza)).toEqual(
    contracts.filter(({ calls }) => calls.includes('database')).map(({ name }) => `veza-${name}`),
  );
});

test.each([
  [shop, 'shop-migration-1', true],
  [shop, 'veza-migration-1', false],
  [veza, 'veza-migration-1', true],
])('a migration of the given platform prevents a restore, and no other (%#)', async (platform, name, isActive) => {
  const metadata = { name, namespace: 'veza-staging' };
  const spec = { template: { spec: { containers: [{ name: 'migration' }] } } };
  const harness = new BackupHarness([]);
  harness.cluster.add({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec });
  const checked = ensureNoActiveMigration({ ...harness.context(), platform });
  await (isActive ? expect(checked).rejects.toThrow(OperationError) : expect(checked).resolves.toBeUndefined());
});

test('available pods of an older generation do not count', async () => {
  const harness = new BackupHarness([deployment('veza-chat-server', 3)]);
  const { cluster } = harness;
  // The controller has not seen the last change yet, at each read.
  cluster.onCall = () => {
    const [chat] = cluster.objects.all('Deployment');
    if (!chat) throw new Error('there is no Deployment');
    cluster.objects.update({ ...chat, status: { observedGeneration: 0, availableReplicas: 3 } });
  };
  const context = { ...harness.context(), environment: changed(staging, 'deployment.timeoutSeconds', 10) };
  expect(await problemsIn(waitForPodsReady(context, ['veza-chat-server']))).toEqual([
    'veza-chat-server has 0 of 3 pods ready after 10 s',
  ]);
});

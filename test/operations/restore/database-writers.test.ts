import { databaseWriters, ensureNoActiveMigration } from '../../../lib/operations/restore/database-writers';
import { OperationError } from '../../../lib/platform/errors';
import { veza } from '../../../lib/veza/veza';
import { contracts } from '../../support/own-platform';
import { catalog, shop } from '../../support/shop';
import { clusterWith } from '../backup/support/restoring';
import { siteOf } from '../backup/support/staging-site';

test('the writers are the services of the given platform that call the database', () => {
  expect(databaseWriters(shop)).toEqual(['shop-catalog']);
  expect(databaseWriters({ ...shop, services: [{ ...catalog, calls: [] }] })).toEqual([]);
  expect(databaseWriters(veza)).toEqual(
    contracts.filter(({ calls }) => calls.includes('database')).map(({ name }) => `veza-${name}`),
  );
});

test.each([
  [shop, 'shop-migration-1', true],
  [shop, 'veza-migration-1', false],
  [veza, 'veza-migration-1', true],
])('a migration of the given platform prevents a restore, and no other (%#)', async (platform, name, isActive) => {
  const cluster = clusterWith();
  cluster.state.objects[`job/${name}`] = {
    kind: 'Job',
    metadata: { name, creationTimestamp: '2027-01-01T00:00:00Z' },
    spec: { template: { spec: { containers: [{ name: 'migration', args: [] }] } } },
  };
  const checked = ensureNoActiveMigration({ ...siteOf(cluster), platform });
  await (isActive ? expect(checked).rejects.toThrow(OperationError) : expect(checked).resolves.toBeUndefined());
});

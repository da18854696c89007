import { EnvironmentChart } from '../../lib/charts/environment-chart';
import { writeStoreFiles } from '../../lib/charts/stores';
import type { Environment } from '../../lib/platform/environment';
import { databaseCluster } from '../support/clustered';
import { staging } from '../support/environments/staging';
import { idOf, type Manifest } from '../support/manifests';
import { shop, shopTest } from '../support/shop';
import { synthesized } from '../support/synth';

const { database, cache } = staging;
if (database.kind !== 'single' || cache.kind !== 'single') throw new Error('staging has no single servers');
const { resources, evictionPolicy, scripts, storage } = cache;

function stores(change: Partial<Environment<typeof shop>>): { ids: string[]; policies: string[] } {
  const objects: Manifest[] = [];
  const environment = { ...shopTest, ...change };
  synthesized((scope) => {
    objects.push(...new EnvironmentChart(scope, 'shop', { platform: shop, environment }).toJson());
  });
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  return {
    ids: ['StatefulSet', 'Deployment', 'CronJob'].flatMap(ofKind).map(idOf),
    policies: ofKind('NetworkPolicy').map(({ metadata }) => metadata.name),
  };
}

test('managed stores have no pods, and no policies for them', () => {
  expect(stores({}).ids).toEqual(['Deployment/shop-catalog']);
  expect(stores({}).policies).toEqual(['default-deny', 'shop-catalog']);
});

test('a single database has its backup, which an ephemeral one has not', () => {
  const { user, parameters } = database;
  const single = stores({ database });
  expect(single.ids).toEqual(
    expect.arrayContaining(['StatefulSet/postgres', 'Deployment/postgres-backup-store', 'CronJob/postgres-backup']),
  );
  expect(single.policies).toEqual(expect.arrayContaining(['postgres', 'postgres-backup', 'postgres-backup-store']));
  const ephemeral = stores({
    database: { kind: 'ephemeral', name: 'shop', user, resources: database.resources, parameters },
  });
  expect(ephemeral.ids).toEqual(['StatefulSet/postgres', 'Deployment/shop-catalog']);
});

test('backups that are copied to a bucket have a Job for it, which reaches the internet', () => {
  const copied = stores({ database: { ...database, backup: databaseCluster.backup } });
  expect(copied.ids).toContain('CronJob/postgres-backup-copy');
  expect(copied.policies).toContain('postgres-backup-copy');
  expect(stores({ database }).policies).not.toContain('postgres-backup-copy');
});

test('a replicated cache has its proxies, and its pods may call each other', () => {
  const replicated = { kind: 'replicated', resources, evictionPolicy, scripts, storage } as const;
  const { ids, policies } = stores({ cache: { ...replicated, secrets: { kind: 'existing' } } });
  expect(ids).toEqual(['StatefulSet/redis', 'Deployment/redis-proxy', 'Deployment/shop-catalog']);
  expect(policies).toEqual(expect.arrayContaining(['redis', 'redis-proxy']));
  expect(stores({ cache }).ids).toEqual(['StatefulSet/redis', 'Deployment/shop-catalog']);
});

test('services mount the configuration of a server that runs in one pod, and of no other', () => {
  expect(Object.keys(writeStoreFiles(database))).toEqual(['postgres.conf']);
  expect(writeStoreFiles(databaseCluster)).toEqual({});
  expect(writeStoreFiles(shopTest.database)).toEqual({});
});

import { listEnvironmentSecrets } from '../../../../lib/synth/environment-secrets';
import { buildEnvironment, lintOutput } from '../../../../lib/synth/render-environment';
import { veza } from '../../../../lib/veza/veza';
import { changed } from '../../../support/changed';
import { singleProduction } from '../../../support/clustered';
import type { Manifest } from '../../../support/manifests';
import { shop, shopTest } from '../../../support/shop';

const bucket = {
  kind: 'bucket',
  image: 'docker.io/rclone/rclone:1.71.0',
  endpoint: 's3.veza.test',
  region: 'eu-1',
  bucket: 'veza-backups',
  schedule: '0 4 * * *',
};
const copied = changed(singleProduction, 'database.backup.offsite', bucket);

test('the Secret of the backup is one of the environment, with keys of a bucket only where there is one', () => {
  const [, , without] = listEnvironmentSecrets(veza, singleProduction);
  expect(without).toStrictEqual({
    namespaceScope: { namespace: 'veza-production', platform: 'veza', environment: 'production' },
    name: 'veza-backup-secrets',
    keys: ['BACKUP_PASSWORD'],
    passwords: ['BACKUP_PASSWORD'],
    source: { kind: 'existing' },
    where: 'production.database.backup.secrets',
    file: 'production-backup',
  });
  const [, , withBucket] = listEnvironmentSecrets(veza, copied);
  expect(withBucket?.keys).toStrictEqual(['BACKUP_PASSWORD', 'BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY']);
});

test('a managed database needs none', () => {
  expect(listEnvironmentSecrets(shop, shopTest).map(({ name }) => name)).toStrictEqual([
    'shop-secrets',
    'shop-monitoring-secrets',
  ]);
});

test('an environment with a bucket, and one whose secrets an operator copies, break no rule', () => {
  const source = {
    kind: 'external',
    storeKind: 'ClusterSecretStore',
    storeName: 'vault',
    remoteKey: 'veza/backup',
    refreshInterval: '1h',
  };
  const set = buildEnvironment(veza, changed(copied, 'database.backup.secrets', source));
  const kinds = (set.files.production as readonly Manifest[]).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'CronJob')).toHaveLength(2);
  expect(kinds).toContain('ExternalSecret');
  expect(lintOutput(set)).toStrictEqual([]);
});

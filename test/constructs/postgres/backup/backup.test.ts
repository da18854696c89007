import { SecretBundle } from '../../../../lib/constructs/config/secret-bundle';
import { Backup } from '../../../../lib/constructs/postgres/backup/backup';
import { listBackupSecretKeys } from '../../../../lib/constructs/postgres/backup/backup-configuration';
import { makeTemporaryNames } from '../../../../lib/platform/backup-names';
import type { BackupSettings } from '../../../../lib/platform/settings/backup';
import { type Manifest, podTemplate } from '../../../support/manifests';
import { namespaceScope } from '../../../support/shop';
import { synthesized } from '../../../support/synth';
import { database, roles } from '../support/stores';

const bucket: BackupSettings['offsite'] = {
  kind: 'bucket',
  image: 'docker.io/rclone/rclone:1.71.0',
  endpoint: 's3.eu-1.shop.test',
  region: 'eu-1',
  bucket: 'shop-backups',
  schedule: '0 4 * * *',
};

function made(offsite: BackupSettings['offsite']) {
  const settings = { ...database.backup, offsite };
  const found: { backup?: Backup } = {};
  const objects = synthesized((scope) => {
    const secrets = new SecretBundle(scope, 'secrets', {
      namespaceScope,
      name: 'shop-backup-secrets',
      keys: listBackupSecretKeys(settings),
      source: { kind: 'existing' },
    });
    const props = {
      namespaceScope,
      database: { ...database, backup: settings },
      roles,
      secrets,
      priorityClassName: 'shop-stores',
    };
    found.backup = new Backup(scope, 'backup', props);
  });
  return { objects, quotaUsages: found.backup?.quotaUsages ?? [] };
}

const plain = made({ kind: 'none' });
const copied = made(bucket);

function find(objects: readonly Manifest[], kind: string, name: string): Manifest {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind}/${name}`);
  return found;
}

function containerOf(objects: readonly Manifest[], kind: string, name: string) {
  const [container, ...others] = podTemplate(find(objects, kind, name))?.spec.containers ?? [];
  expect(others).toStrictEqual([]);
  return container;
}

test('the names that commands rely on', () => {
  const names = (objects: readonly Manifest[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  expect(names(plain.objects)).toStrictEqual([
    'ServiceAccount/postgres-backup-store',
    'PersistentVolumeClaim/postgres-backups',
    'Deployment/postgres-backup-store',
    'ConfigMap/postgres-backup-config',
    'ServiceAccount/postgres-backup',
    'CronJob/postgres-backup',
  ]);
  expect(names(copied.objects).filter((name) => !names(plain.objects).includes(name))).toStrictEqual([
    'ServiceAccount/postgres-backup-copy',
    'CronJob/postgres-backup-copy',
  ]);
  expect(containerOf(plain.objects, 'CronJob', 'postgres-backup')).toMatchObject({
    name: 'backup',
    command: ['bash', '/etc/postgres-backup/backup.sh'],
    args: ['create'],
  });
});

test('the scripts get the names that the commands look for', () => {
  const { env } = containerOf(plain.objects, 'CronJob', 'postgres-backup') ?? {};
  const { restoring, before } = makeTemporaryNames(database.name);
  expect(env).toContainEqual({ name: 'RESTORING', value: restoring });
  expect(env).toContainEqual({ name: 'PREVIOUS', value: before });
});

test.each([
  ['postgres-backup', '15 2 * * *'],
  ['postgres-backup-copy', '0 4 * * *'],
])('%s runs on its schedule, on the node of the pod that mounts the volume', (name, schedule) => {
  const { spec } = find(copied.objects, 'CronJob', name);
  expect(spec).toMatchObject({ schedule, timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' });
  expect(podTemplate(find(copied.objects, 'CronJob', name))).toMatchObject({
    metadata: { labels: { app: name } },
    spec: {
      restartPolicy: 'Never',
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'postgres-backup-store' } } },
          ],
        },
      },
    },
  });
});

test('all three pods belong to the group of the volume', () => {
  const groups = [
    ['CronJob', 'postgres-backup'],
    ['CronJob', 'postgres-backup-copy'],
    ['Deployment', 'postgres-backup-store'],
  ].map(([kind = '', name = '']) => podTemplate(find(copied.objects, kind, name))?.spec.securityContext?.fsGroup);
  expect(groups).toStrictEqual([10005, 10005, 10005]);
});

test('the copy never overwrites, does not write to the volume, and has no password of the database', () => {
  const container = containerOf(copied.objects, 'CronJob', 'postgres-backup-copy');
  const secret = (key: string) => ({ secretKeyRef: { name: 'shop-backup-secrets', key } });
  expect(container).toMatchObject({
    image: bucket.image,
    args: ['copy', '--immutable', '/backups/complete', 'offsite:shop-backups/shop-test'],
    volumeMounts: [
      { name: 'backups', mountPath: '/backups', readOnly: true },
      { name: 'work', mountPath: '/tmp' },
    ],
  });
  expect(container?.env).toStrictEqual([
    { name: 'RCLONE_CONFIG', value: '/tmp/none' },
    { name: 'RCLONE_CONFIG_OFFSITE_TYPE', value: 's3' },
    { name: 'RCLONE_CONFIG_OFFSITE_PROVIDER', value: 'Other' },
    { name: 'RCLONE_CONFIG_OFFSITE_ENDPOINT', value: 'https://s3.eu-1.shop.test' },
    { name: 'RCLONE_CONFIG_OFFSITE_REGION', value: 'eu-1' },
    { name: 'RCLONE_CONFIG_OFFSITE_NO_CHECK_BUCKET', value: 'true' },
    { name: 'RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID', valueFrom: secret('BACKUP_ACCESS_KEY_ID') },
    { name: 'RCLONE_CONFIG_OFFSITE_SECRET_ACCESS_KEY', valueFrom: secret('BACKUP_SECRET_ACCESS_KEY') },
  ]);
});

test('the store reads the metrics on the volume and no backup, and does not write there', () => {
  const { strategy } = find(plain.objects, 'Deployment', 'postgres-backup-store').spec ?? {};
  expect(strategy).toStrictEqual({ type: 'Recreate' });
  expect(containerOf(plain.objects, 'Deployment', 'postgres-backup-store')).toMatchObject({
    args: [
      '--web.listen-address=:9100',
      '--web.disable-exporter-metrics',
      '--collector.disable-defaults',
      '--collector.textfile',
      '--collector.textfile.directory=/backups/metrics',
    ],
    ports: [{ name: 'metrics', containerPort: 9100, protocol: 'TCP' }],
    volumeMounts: [{ name: 'backups', mountPath: '/backups/metrics', subPath: 'metrics', readOnly: true }],
  });
});

test('the volume is claimed once, and the quota has room for a pod by hand and a terminating one', () => {
  const counted = (quotaUsages: typeof plain.quotaUsages) => quotaUsages.map(({ pods, claims }) => [pods, ...claims]);
  expect(counted(plain.quotaUsages)).toStrictEqual([[1, '60Gi'], [1], [3]]);
  expect(counted(copied.quotaUsages)).toStrictEqual([[1, '60Gi'], [1], [3], [3]]);
});

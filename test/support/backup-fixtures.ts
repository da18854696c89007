import type { CronJob } from '../../lib/cluster/kubernetes-types';
import type { KubernetesManifest } from '../../lib/manifests/manifest';
import type { BackupRecord } from '../../lib/operations/backup/backup-record';
import type { KubeObject } from './cluster/objects';

const namespace = 'veza-staging';

/** A verified backup of the staging database. */
export const record: BackupRecord = {
  name: '20261125T021500Z',
  finished: '2026-11-25T02:17:03Z',
  bytes: 3 * 2 ** 20,
  databaseBytes: 10 * 2 ** 20,
  seconds: 120,
  tables: 17,
  rows: 1234,
  verified: true,
  reason: '',
  missing: [],
};

/** The same backup, unverified. */
export const unverified: BackupRecord = {
  ...record,
  verified: false,
  reason: '2 parts of it cannot be restored; the first: EXTENSION postgis: permission denied',
  missing: ['EXTENSION postgis: permission denied', 'TABLE places: type "geometry" does not exist'],
};

/** The backup that the next Job makes. */
export const created: BackupRecord = { ...record, name: '20261125T100000Z', finished: '2026-11-25T10:02:00Z' };

/** Location of the copies. */
export const copyTarget = 'offsite:veza-backups/veza-staging';

/** A Deployment with a container of an image of its own, so that a test can let that fail. */
export function deployment(name: string, replicas: number): KubeObject {
  const labels = { app: name };
  const containers = [{ name: 'main', image: `${name}:v1` }];
  const template = { metadata: { labels }, spec: { containers, terminationGracePeriodSeconds: 20 } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec };
}

function claim(name: string): KubeObject {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace }, spec };
}

/** The StatefulSet of the database server. */
export const statefulSet: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'postgres', namespace },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'postgres' } },
    template: {
      metadata: { labels: { app: 'postgres' } },
      spec: {
        initContainers: [{ name: 'initialize', image: 'initialize:v1', volumeMounts: [{ name: 'data' }] }],
        containers: [
          { name: 'postgres', image: 'postgres:15' },
          { name: 'roles', image: 'roles:v1' },
        ],
      },
    },
    volumeClaimTemplates: [claim('data')],
  },
};

/** The CronJob that makes backups. */
export const cronJob: CronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'postgres-backup', namespace },
  spec: {
    suspend: false,
    jobTemplate: {
      metadata: { labels: { app: 'postgres-backup' }, annotations: { 'veza.app/note': 'kept' } },
      spec: {
        activeDeadlineSeconds: 1800,
        template: {
          metadata: { labels: { app: 'postgres-backup' } },
          spec: {
            containers: [container('backup', ['create'], [{ name: 'backups', mountPath: '/backups' }])],
            volumes: [volume({ claimName: 'postgres-backups' })],
          },
        },
      },
    },
  },
};

/** The CronJob that copies them out of the cluster. It only reads their volume. */
export const copyCronJob: CronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'postgres-backup-copy', namespace },
  spec: {
    suspend: false,
    jobTemplate: {
      metadata: { labels: { app: 'postgres-backup-copy' } },
      spec: {
        activeDeadlineSeconds: 1800,
        template: {
          metadata: { labels: { app: 'postgres-backup-copy' } },
          spec: {
            containers: [
              container(
                'copy',
                ['copy', '--immutable', '/backups/complete', copyTarget],
                [
                  { name: 'backups', mountPath: '/backups', readOnly: true },
                  { name: 'tmp', mountPath: '/tmp', readOnly: true },
                ],
              ),
            ],
            volumes: [volume({ claimName: 'postgres-backups', readOnly: true })],
          },
        },
      },
    },
  },
};

interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

/** A container of a Job, with fields that the operations do not read and must keep. */
function container(name: string, args: readonly string[], volumeMounts: readonly VolumeMount[]) {
  return { name, image: `${name}:v1`, args, volumeMounts };
}

function volume(persistentVolumeClaim: { readonly claimName: string; readonly readOnly?: boolean }) {
  return { name: 'backups', persistentVolumeClaim };
}

/** What a restore of the staging environment changes, and what it must leave alone. */
export const restorableObjects: readonly KubernetesManifest[] = [
  deployment('veza-backend-api', 2),
  deployment('veza-chat-server', 3),
  deployment('veza-stream-server', 1),
  deployment('postgres-backup-store', 1),
  claim('postgres-backups'),
  statefulSet,
  cronJob,
];

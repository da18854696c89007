import type { Construct } from 'constructs';
import { archivePlugin, archiveStore } from '../../platform/postgres-cluster';
import type { BucketBackup } from '../../platform/settings/backup';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import type { ContainerResources } from '../../platform/settings/resources';
import type { SecretBundle } from '../config/secret-bundle';
import { addCustomObject } from '../kubernetes/custom-object';
import { type WorkloadIdentity, workloadMetadata } from '../kubernetes/metadata';
import { plainRequirements } from '../kubernetes/resources';
import { bucketKeys } from '../postgres/backup/backup-job';

/** Resources of the plugin's sidecar, which compresses and sends the log of its server. */
export const archiverResources: ContainerResources = {
  requests: { cpu: '50m', memory: '128Mi', ephemeralStorage: '64Mi' },
  limits: { cpu: '500m', memory: '512Mi', ephemeralStorage: '256Mi' },
};

/**
 * Adds the place of the archive: the bucket of the backups, under a folder that the copies of these do not use. Below it
 * each Cluster has a folder of its name, so that a recovered one never writes into the archive that it came from.
 */
export function addArchiveStore(
  scope: Construct,
  identity: WorkloadIdentity,
  { endpoint, region, bucket }: BucketBackup,
  { archive }: Pick<ClusterDatabase, 'archive'>,
  secrets: SecretBundle,
): void {
  addCustomObject(scope, 'archive-store', 'ObjectStore', workloadMetadata(identity, archiveStore), {
    retentionPolicy: `${archive.keepDays}d`,
    configuration: {
      destinationPath: `s3://${bucket}/archive/${identity.namespace}`,
      endpointURL: `https://${endpoint}`,
      s3Credentials: {
        accessKeyId: secrets.reference(bucketKeys.id),
        secretAccessKey: secrets.reference(bucketKeys.secret),
      },
      wal: { compression: 'gzip', maxParallel: 4 },
      data: { compression: 'gzip', jobs: 2 },
    },
    instanceSidecarConfiguration: {
      env: [{ name: 'AWS_DEFAULT_REGION', value: region }],
      resources: plainRequirements(archiverResources),
    },
  });
}

/** Adds the schedule of the base backups. The first is made at once: before it nothing can be restored. */
export function addBaseBackups(
  scope: Construct,
  identity: WorkloadIdentity,
  { cluster, archive }: Pick<ClusterDatabase, 'cluster' | 'archive'>,
): void {
  addCustomObject(scope, 'base-backups', 'ScheduledBackup', workloadMetadata(identity, cluster), {
    // The operator's schedules have a field for seconds in front.
    schedule: `0 ${archive.schedule}`,
    cluster: { name: cluster },
    method: 'plugin',
    pluginConfiguration: { name: archivePlugin },
    backupOwnerReference: 'self',
    immediate: true,
  });
}

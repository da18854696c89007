import { Construct } from 'constructs';
import { backupConfigName, backupWorkloads } from '../../../platform/backup-names';
import type { LoginRole } from '../../../platform/database-roles';
import { type InClusterDatabase, resolveDatabaseEndpoint } from '../../../platform/settings/database';
import type { SecretBundle } from '../../config/secret-bundle';
import { k8s } from '../../kubernetes/k8s';
import { makeMetadata, type WorkloadIdentity, type WorkloadProps } from '../../kubernetes/metadata';
import type { QuotaUsage } from '../../kubernetes/resources';
import { makeCredentialVolume } from '../postgres-volumes';
import { makeServerVerification } from '../server-certificate';
import { backupPasswordKey, writeBackupConfiguration } from './backup-configuration';
import {
  backupResources,
  backupVolumes,
  copyResources,
  makeBackupContainer,
  makeCopyContainer,
} from './backup-containers';
import { BackupJob, jobPods } from './backup-job';
import { BackupStore, storeResources } from './backup-store';

export interface BackupProps extends WorkloadProps {
  readonly database: InClusterDatabase;
  /** Roles that log in: none may while a restore replaces the database. */
  readonly roles: readonly LoginRole[];
  /** The Secret of the backup. */
  readonly secrets: SecretBundle;
}

/** Backs up a database in the cluster, to a volume of its own and, if there is one, to a bucket. */
export class Backup extends Construct {
  readonly quotaUsages: readonly QuotaUsage[];

  constructor(scope: Construct, id: string, props: BackupProps) {
    super(scope, id);
    const { database, priorityClassName } = props;
    const { storage, offsite } = database.backup;
    new BackupStore(this, 'store', { identity: makeIdentity(props, 'store'), storage, priorityClassName });
    this.addBackup(props);
    if (offsite.kind === 'bucket') this.addCopy(props, offsite);
    this.quotaUsages = [
      makeUsage('store', 1, storeResources, [storage.size]),
      // The store's pod once more: on a lost node the old pod counts until that node is removed.
      makeUsage('store', 1, storeResources),
      makeUsage('backup', jobPods, backupResources),
      ...(offsite.kind === 'bucket' ? [makeUsage('copy', jobPods, copyResources)] : []),
    ];
  }

  private addBackup(props: BackupProps): void {
    const { database, roles, secrets, priorityClassName } = props;
    const { schedule, timeZone } = database.backup;
    const own = makeIdentity(props, 'backup');
    new k8s.KubeConfigMap(this, 'config', {
      metadata: makeMetadata(own, backupConfigName),
      data: writeBackupConfiguration(),
    });
    const { backups, config, work } = backupVolumes;
    const password = { secretName: secrets.name, key: secrets.reference(backupPasswordKey).key };
    new BackupJob(this, 'backup', {
      identity: own,
      schedule,
      timeZone,
      priorityClassName,
      pod: {
        containers: [makeBackupContainer(database, roles)],
        volumes: [
          backups,
          config,
          makeCredentialVolume('credentials', password),
          work,
          ...makeServerVerification(resolveDatabaseEndpoint(database).authority).volumes,
        ],
      },
    });
  }

  private addCopy(props: BackupProps, bucket: Parameters<typeof makeCopyContainer>[0]): void {
    const { namespaceScope, database, secrets, priorityClassName } = props;
    new BackupJob(this, 'copy', {
      identity: makeIdentity(props, 'copy'),
      schedule: bucket.schedule,
      timeZone: database.backup.timeZone,
      priorityClassName,
      pod: {
        containers: [makeCopyContainer(bucket, namespaceScope.namespace, secrets.name)],
        volumes: [backupVolumes.backups, backupVolumes.work],
      },
    });
  }
}

function makeIdentity({ namespaceScope }: BackupProps, kind: keyof typeof backupWorkloads): WorkloadIdentity {
  return { ...namespaceScope, name: backupWorkloads[kind], component: 'backup' };
}

function makeUsage(
  kind: keyof typeof backupWorkloads,
  pods: number,
  resources: QuotaUsage['containers'][number],
  claims: readonly string[] = [],
): QuotaUsage {
  return { workload: backupWorkloads[kind], pods, containers: [resources], initContainers: [], claims };
}

import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { backupConfigName, backupWorkloads } from '../../../platform/backup-names';
import type { LoginRole } from '../../../platform/database-roles';
import { type InClusterDatabase, resolveDatabaseEndpoint } from '../../../platform/settings/database';
import type { SecretBundle } from '../../config/secret-bundle';
import { type NamespaceScope, type WorkloadIdentity, workloadMetadata } from '../../kubernetes/metadata';
import type { QuotaUsage } from '../../kubernetes/resources';
import { credentialVolume } from '../postgres-volumes';
import { serverVerification } from '../server-certificate';
import { backupConfiguration, backupPasswordKey } from './backup-configuration';
import { backupContainer, backupResources, backupVolumes, copyContainer, copyResources } from './backup-containers';
import { BackupJob, jobPods } from './backup-job';
import { BackupStore, storeResources } from './backup-store';

/** Properties of a `Backup`. */
export interface BackupProps {
  readonly namespaceScope: NamespaceScope;
  readonly database: InClusterDatabase;
  /** Roles that log in: none may while a restore replaces the database. */
  readonly roles: readonly LoginRole[];
  /** The Secret of the backup. */
  readonly secrets: SecretBundle;
  readonly priorityClassName: string;
}

/** Backs up a database in the cluster, to a volume of its own and, if there is one, to a bucket. */
export class Backup extends Construct {
  /** What its pods take of the namespace's quota. */
  readonly quotaUsages: readonly QuotaUsage[];

  constructor(scope: Construct, id: string, props: BackupProps) {
    super(scope, id);
    const { database, priorityClassName } = props;
    const { storage, offsite } = database.backup;
    new BackupStore(this, 'store', { identity: identity(props, 'store'), storage, priorityClassName });
    this.addBackup(props);
    if (offsite.kind === 'bucket') this.addCopy(props, offsite);
    this.quotaUsages = [
      usageOf('store', 1, storeResources, [storage.size]),
      // The store's pod once more: on a lost node the old pod counts until that node is removed.
      usageOf('store', 1, storeResources),
      usageOf('backup', jobPods, backupResources),
      ...(offsite.kind === 'bucket' ? [usageOf('copy', jobPods, copyResources)] : []),
    ];
  }

  private addBackup(props: BackupProps): void {
    const { database, roles, secrets, priorityClassName } = props;
    const { schedule, timeZone } = database.backup;
    const own = identity(props, 'backup');
    new k8s.KubeConfigMap(this, 'config', {
      metadata: workloadMetadata(own, backupConfigName),
      data: backupConfiguration(),
    });
    const { backups, config, work } = backupVolumes;
    const password = { secretName: secrets.name, key: secrets.reference(backupPasswordKey).key };
    new BackupJob(this, 'backup', {
      identity: own,
      schedule,
      timeZone,
      priorityClassName,
      pod: {
        containers: [backupContainer(database, roles)],
        volumes: [
          backups,
          config,
          credentialVolume('credentials', password),
          work,
          ...serverVerification(resolveDatabaseEndpoint(database).authority).volumes,
        ],
      },
    });
  }

  private addCopy(props: BackupProps, bucket: Parameters<typeof copyContainer>[0]): void {
    const { namespaceScope, database, secrets, priorityClassName } = props;
    new BackupJob(this, 'copy', {
      identity: identity(props, 'copy'),
      schedule: bucket.schedule,
      timeZone: database.backup.timeZone,
      priorityClassName,
      pod: {
        containers: [copyContainer(bucket, namespaceScope.namespace, secrets.name)],
        volumes: [backupVolumes.backups, backupVolumes.work],
      },
    });
  }
}

function identity({ namespaceScope }: BackupProps, kind: keyof typeof backupWorkloads): WorkloadIdentity {
  return { ...namespaceScope, name: backupWorkloads[kind], component: 'backup' };
}

function usageOf(
  kind: keyof typeof backupWorkloads,
  pods: number,
  resources: QuotaUsage['containers'][number],
  claims: readonly string[] = [],
): QuotaUsage {
  return { workload: backupWorkloads[kind], pods, containers: [resources], initContainers: [], claims };
}

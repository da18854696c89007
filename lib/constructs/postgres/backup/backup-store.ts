import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { backupClaim, backupFolders, backupMetricsPort, metricsFolder } from '../../../platform/backup-names';
import type { Storage } from '../../../platform/settings/storage';
import {
  helmKeepAnnotation,
  selectorLabels,
  type WorkloadIdentity,
  workloadLabels,
  workloadMetadata,
} from '../../kubernetes/metadata';
import { noApiAccess, onLinux, podSecurity, spreadAcrossNodes } from '../../kubernetes/pod-defaults';
import { canonicalQuantity, smallResources } from '../../kubernetes/resources';
import { nodeExporterImage } from '../../monitoring/node-exporter';
import { exporterContainer } from '../../stateful/exporter';
import { backupUids } from './backup-configuration';
import { backupVolumes } from './backup-containers';

/** Properties of a `BackupStore`. */
export interface BackupStoreProps {
  readonly identity: WorkloadIdentity;
  readonly storage: Storage;
  readonly priorityClassName: string;
}

/** Resources of the pod that holds the volume. */
export const storeResources = smallResources('50m', '64Mi');

/**
 * The volume of the backups, and a pod that always has it: so it is there from the first deploy on, it says on which node
 * the jobs have to run, and Prometheus is told of the last backup by something that lasts longer than a job.
 */
export class BackupStore extends Construct {
  constructor(scope: Construct, id: string, props: BackupStoreProps) {
    super(scope, id);
    const { identity, storage } = props;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: workloadMetadata(identity),
      automountServiceAccountToken: false,
    });
    new k8s.KubePersistentVolumeClaim(this, 'claim', {
      metadata: { ...workloadMetadata(identity, backupClaim), annotations: helmKeepAnnotation },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: storage.className,
        resources: { requests: { storage: canonicalQuantity(storage.size) } },
      },
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: workloadMetadata(identity),
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorLabels(identity) },
        // On another node the new pod could not have the volume before the old one is gone.
        strategy: { type: 'Recreate' },
        revisionHistoryLimit: 5,
        template: { metadata: { labels: workloadLabels(identity) }, spec: pod(props) },
      },
    });
  }
}

function pod({ identity, priorityClassName }: BackupStoreProps): k8s.PodSpec {
  return {
    serviceAccountName: identity.name,
    ...noApiAccess,
    ...onLinux,
    priorityClassName,
    securityContext: { ...podSecurity(backupUids.store), fsGroup: backupUids.backup },
    ...spreadAcrossNodes(identity.name, 1),
    terminationGracePeriodSeconds: 30,
    containers: [container()],
    volumes: [backupVolumes.backups],
  };
}

/** The node-exporter without all that it knows of nodes: a reader of one file. */
function container(): k8s.Container {
  return exporterContainer({
    name: 'metrics',
    image: nodeExporterImage,
    uid: backupUids.store,
    port: backupMetricsPort,
    args: [
      `--web.listen-address=:${backupMetricsPort}`,
      '--web.disable-exporter-metrics',
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${backupFolders.metrics}`,
    ],
    env: [],
    resources: storeResources,
    // The metrics alone: what listens to the network has no use for the dumps.
    volumeMounts: [{ name: 'backups', mountPath: backupFolders.metrics, subPath: metricsFolder, readOnly: true }],
  });
}

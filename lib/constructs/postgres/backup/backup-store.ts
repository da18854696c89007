import { Construct } from 'constructs';
import { backupClaim, backupFolders, backupMetricsPort, metricsFolder } from '../../../platform/backup-names';
import { helmKeepAnnotation } from '../../../platform/settings/deployment';
import type { Storage } from '../../../platform/settings/resources';
import { k8s } from '../../kubernetes/k8s';
import { labelWorkload, makeMetadata, selectWorkload, type WorkloadIdentity } from '../../kubernetes/metadata';
import { makePodDefaults, securePod, spreadAcrossNodes } from '../../kubernetes/pod-defaults';
import { makeSmallResources, toCanonicalQuantity } from '../../kubernetes/resources';
import { makeExporterContainer } from '../../kubernetes/server-container';
import { addServiceAccount } from '../../kubernetes/workload-objects';
import { nodeExporterImage } from '../../monitoring/node-exporter';
import { backupUids } from './backup-configuration';
import { backupVolumes } from './backup-containers';

export interface BackupStoreProps {
  readonly identity: WorkloadIdentity;
  readonly storage: Storage;
  readonly priorityClassName: string;
}

/** Resources of the pod that mounts the volume. */
export const storeResources = makeSmallResources('50m', '64Mi');

/**
 * The volume of the backups, and a pod that always mounts it. So the volume exists from the first deploy on, the jobs run on
 * the pod's node, and Prometheus can scrape the last backup's metrics between jobs.
 */
export class BackupStore extends Construct {
  constructor(scope: Construct, id: string, props: BackupStoreProps) {
    super(scope, id);
    const { identity, storage } = props;
    addServiceAccount(this, identity);
    new k8s.KubePersistentVolumeClaim(this, 'claim', {
      metadata: { ...makeMetadata(identity, backupClaim), annotations: helmKeepAnnotation },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: storage.className,
        resources: { requests: { storage: toCanonicalQuantity(storage.size) } },
      },
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: makeMetadata(identity),
      spec: {
        replicas: 1,
        selector: { matchLabels: selectWorkload(identity) },
        // A pod on another node cannot mount the volume before the old one has ended.
        strategy: { type: 'Recreate' },
        revisionHistoryLimit: 5,
        template: { metadata: { labels: labelWorkload(identity) }, spec: makePod(props) },
      },
    });
  }
}

function makePod({ identity, priorityClassName }: BackupStoreProps): k8s.PodSpec {
  return {
    ...makePodDefaults(identity, priorityClassName),
    securityContext: { ...securePod(backupUids.store), fsGroup: backupUids.backup },
    ...spreadAcrossNodes(identity.name, 1),
    terminationGracePeriodSeconds: 30,
    containers: [makeContainer()],
    volumes: [backupVolumes.backups],
  };
}

/** The node-exporter with all collectors disabled but the one that reads metrics from files. */
function makeContainer(): k8s.Container {
  return makeExporterContainer({
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
    // Only the metrics: a process that listens on the network has no use for the dumps.
    volumeMounts: [{ name: 'backups', mountPath: backupFolders.metrics, subPath: metricsFolder, readOnly: true }],
  });
}

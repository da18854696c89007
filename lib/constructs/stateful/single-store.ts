import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Storage } from '../../platform/settings/storage';
import { dataVolume } from '../../platform/workload-names';
import {
  checksum,
  selectorLabels,
  type WorkloadIdentity,
  workloadLabels,
  workloadMetadata,
} from '../kubernetes/metadata';
import { noApiAccess, onLinux, podSecurity, spreadAcrossNodes } from '../kubernetes/pod-defaults';
import { canonicalQuantity } from '../kubernetes/resources';

/** Properties of a `SingleStore`. */
export interface SingleStoreProps {
  readonly identity: WorkloadIdentity;
  /** UID of the server, and group of its volumes. */
  readonly uid: number;
  /** Name of the Service that clients call. */
  readonly host: string;
  /** The port that clients call, as the server's container names it. */
  readonly port: { readonly name: string; readonly number: number };
  readonly storage: Storage;
  /** Files of the ConfigMap `<name>-config`: name -> content. */
  readonly files: Readonly<Record<string, string>>;
  /** Files of other ConfigMaps that the pod reads too; a change of these restarts it as well. */
  readonly externalFiles: Readonly<Record<string, string>>;
  readonly priorityClassName: string;
  /** Seconds that the server is given to end in. */
  readonly terminationGracePeriodSeconds: number;
  readonly pod: Pick<k8s.PodSpec, 'initContainers' | 'containers' | 'volumes'>;
}

/** Name of the ConfigMap that holds a store's files. */
export function storeConfigName({ name }: Pick<WorkloadIdentity, 'name'>): string {
  return `${name}-config`;
}

/** A store of one pod: its StatefulSet with a volume that outlives it, configuration, account and Services. */
export class SingleStore extends Construct {
  constructor(scope: Construct, id: string, props: SingleStoreProps) {
    super(scope, id);
    const { identity, files } = props;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: workloadMetadata(identity),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'config', {
      metadata: workloadMetadata(identity, storeConfigName(identity)),
      data: files,
    });
    // There is no other pod to call instead, so a sidecar that is not ready must not take the server from its clients.
    this.addService(props, props.host, { type: 'ClusterIP', publishNotReadyAddresses: true });
    this.addService(props, governingService(identity), { clusterIp: 'None' });
    this.addStatefulSet(props);
  }

  private addService({ identity, port }: SingleStoreProps, name: string, kind: Partial<k8s.ServiceSpec>): void {
    new k8s.KubeService(this, name, {
      metadata: workloadMetadata(identity, name),
      spec: {
        ...kind,
        selector: selectorLabels(identity),
        ports: [
          { name: port.name, port: port.number, targetPort: k8s.IntOrString.fromString(port.name), protocol: 'TCP' },
        ],
      },
    });
  }

  private addStatefulSet(props: SingleStoreProps): void {
    const { identity, storage } = props;
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: workloadMetadata(identity),
      spec: {
        replicas: 1,
        serviceName: governingService(identity),
        selector: { matchLabels: selectorLabels(identity) },
        updateStrategy: { type: 'RollingUpdate' },
        revisionHistoryLimit: 5,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        template: { metadata: podMetadata(props), spec: podSpec(props) },
        volumeClaimTemplates: [claim(identity, storage)],
      },
    });
  }
}

function governingService({ name }: WorkloadIdentity): string {
  return `${name}-headless`;
}

function podMetadata({ identity, files, externalFiles: foreignFiles }: SingleStoreProps): k8s.ObjectMeta {
  return {
    labels: workloadLabels(identity),
    annotations: { 'checksum/config': checksum({ ...files, ...foreignFiles }) },
  };
}

function podSpec({
  identity,
  uid,
  priorityClassName,
  terminationGracePeriodSeconds,
  pod,
}: SingleStoreProps): k8s.PodSpec {
  return {
    serviceAccountName: identity.name,
    ...noApiAccess,
    ...onLinux,
    priorityClassName,
    securityContext: podSecurity(uid),
    ...spreadAcrossNodes(identity.name, 1),
    terminationGracePeriodSeconds,
    ...pod,
  };
}

/** A claim is immutable, so it carries nothing that a release or a chart may change but the labels that select. */
function claim(identity: WorkloadIdentity, { className, size }: Storage): k8s.KubePersistentVolumeClaimProps {
  return {
    metadata: { name: dataVolume, labels: selectorLabels(identity) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: className,
      resources: { requests: { storage: canonicalQuantity(size) } },
    },
  };
}

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
import { metricsPortName } from '../monitoring/scrape-endpoints';

/** Properties of a `StatefulServer`. */
export interface StatefulServerProps {
  readonly identity: WorkloadIdentity;
  readonly uid: number;
  /** The port of its Services; the container's has the name `metrics`. */
  readonly port: number;
  readonly replicas: number;
  readonly storage: Storage;
  /** Whether a client stays with the pod that it came to first. */
  readonly stickySessions: boolean;
  /** Files of the ConfigMap `<name>-config`: name -> content. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether a change of the files restarts it, or it sees them itself. */
  readonly restartsOnChange: boolean;
  readonly priorityClassName: string;
  /** Seconds that it is given to end in. */
  readonly terminationGracePeriodSeconds: number;
  readonly pod: Required<Pick<k8s.PodSpec, 'containers' | 'volumes'>>;
}

/** Name of the ConfigMap that holds a server's files. */
export function configName({ name }: Pick<WorkloadIdentity, 'name'>): string {
  return `${name}-config`;
}

/** Name of the Service that gives each pod a name of its own: `alertmanager-0.alertmanager-headless`. */
export function governingService({ name }: Pick<WorkloadIdentity, 'name'>): string {
  return `${name}-headless`;
}

/** A server with a volume for each of its pods: StatefulSet, configuration, account, Services and disruption budget. */
export class StatefulServer extends Construct {
  constructor(scope: Construct, id: string, props: StatefulServerProps) {
    super(scope, id);
    const { identity, files, replicas, stickySessions: affinity } = props;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: workloadMetadata(identity),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'config', { metadata: workloadMetadata(identity, configName(identity)), data: files });
    this.addService(props, identity.name, { type: 'ClusterIP', sessionAffinity: affinity ? 'ClientIP' : undefined });
    // Pods find each other by it before they are ready.
    this.addService(props, governingService(identity), { clusterIp: 'None', publishNotReadyAddresses: true });
    this.addStatefulSet(props);
    if (replicas > 1) this.addDisruptionBudget(identity);
  }

  private addService({ identity, port }: StatefulServerProps, name: string, kind: Partial<k8s.ServiceSpec>): void {
    const targetPort = k8s.IntOrString.fromString(metricsPortName);
    new k8s.KubeService(this, name, {
      metadata: workloadMetadata(identity, name),
      spec: {
        ...kind,
        selector: selectorLabels(identity),
        ports: [{ name: 'http', port, targetPort, protocol: 'TCP' }],
      },
    });
  }

  private addStatefulSet(props: StatefulServerProps): void {
    const { identity, replicas, storage } = props;
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: workloadMetadata(identity),
      spec: {
        replicas,
        serviceName: governingService(identity),
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: selectorLabels(identity) },
        updateStrategy: { type: 'RollingUpdate' },
        minReadySeconds: 10,
        revisionHistoryLimit: 5,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        template: { metadata: podMetadata(props), spec: podSpec(props) },
        volumeClaimTemplates: [claim(identity, storage)],
      },
    });
  }

  private addDisruptionBudget(identity: WorkloadIdentity): void {
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata: workloadMetadata(identity),
      spec: {
        selector: { matchLabels: selectorLabels(identity) },
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

function podMetadata({ identity, files, restartsOnChange }: StatefulServerProps): k8s.ObjectMeta {
  return {
    labels: workloadLabels(identity),
    annotations: restartsOnChange ? { 'checksum/config': checksum(files) } : undefined,
  };
}

function podSpec(props: StatefulServerProps): k8s.PodSpec {
  const { identity, uid, replicas, priorityClassName, terminationGracePeriodSeconds, pod } = props;
  return {
    serviceAccountName: identity.name,
    ...noApiAccess,
    ...onLinux,
    priorityClassName,
    securityContext: podSecurity(uid),
    ...spreadAcrossNodes(identity.name, replicas),
    terminationGracePeriodSeconds,
    ...pod,
  };
}

/** A claim is immutable, so it carries no label but the one that selects. */
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

import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Storage } from '../../platform/settings/resources';
import { dataVolume } from '../../platform/workload-names';
import {
  checksum,
  selectorLabels,
  type WorkloadIdentity,
  workloadLabels,
  workloadMetadata,
} from '../kubernetes/metadata';
import { podDefaults, podSecurity, spreadAcrossNodes } from '../kubernetes/pod-defaults';
import { canonicalQuantity } from '../kubernetes/resources';
import {
  addConfigMap,
  addDisruptionBudget,
  addService,
  addServiceAccount,
  type ClientService,
} from '../kubernetes/workload-objects';

/** Properties of a `StatefulServer`. */
export interface StatefulServerProps {
  readonly identity: WorkloadIdentity;
  /** UID of the server, and group of its volumes. */
  readonly uid: number;
  /** The Service that clients call; the governing one has the same port. */
  readonly service: ClientService;
  readonly pods: SinglePod | ReplicatedPods | PeerPods;
  /** The volume of each pod, or the most that its data may fill of its node's disk, where it is lost with the pod. */
  readonly storage: Storage | EphemeralStorage;
  /** Files of the ConfigMap `<name>-config`: name -> content. */
  readonly files: Record<string, string>;
  /** Texts whose change restarts the pods: name -> content. @default - none, since the server reloads its files itself */
  readonly restartsOnChangeOf?: Readonly<Record<string, string>>;
  readonly priorityClassName: string;
  /** Seconds from the stop signal until the server is killed. */
  readonly terminationGracePeriodSeconds: number;
  readonly pod: Pick<k8s.PodSpec, 'initContainers' | 'containers' | 'volumes'>;
}

/** Room for data that is lost with its pod. */
export interface EphemeralStorage {
  /** Bytes as a Kubernetes quantity, within the ephemeral storage of the server's limits. */
  readonly ephemeral: string;
}

/** One pod that clients may call before it is ready: no other pod could answer them instead. */
export interface SinglePod {
  readonly kind: 'single';
}

/** Pods that start together, find each other before they are ready, and are called only once they are. */
export interface ReplicatedPods {
  readonly kind: 'replicated';
  readonly replicas: number;
  /** Whether a client stays with the pod that answered it first. */
  readonly stickySessions: boolean;
}

/** Pods that start together and know each other, none on the node of another. Clients reach them through a proxy. */
export interface PeerPods {
  readonly kind: 'peers';
  readonly replicas: number;
}

/** Name of the Service that gives each pod a name of its own: `alertmanager-0.alertmanager-headless`. */
export function governingService({ name }: Pick<WorkloadIdentity, 'name'>): string {
  return `${name}-headless`;
}

/** A server with a volume for each pod: StatefulSet, configuration, account, Services and disruption budget. */
export class StatefulServer extends Construct {
  constructor(scope: Construct, id: string, props: StatefulServerProps) {
    super(scope, id);
    const { identity, files, service, pods } = props;
    addServiceAccount(this, identity);
    addConfigMap(this, identity, files);
    const publishNotReadyAddresses = true;
    if (pods.kind !== 'peers') {
      addService(this, identity, service, {
        type: 'ClusterIP',
        // A sidecar that is not ready must not cut the clients off from a single server.
        ...(pods.kind === 'single'
          ? { publishNotReadyAddresses }
          : { sessionAffinity: pods.stickySessions ? 'ClientIP' : undefined }),
      });
    }
    addService(
      this,
      identity,
      { ...service, name: governingService(identity) },
      { clusterIp: 'None', ...(pods.kind === 'single' ? {} : { publishNotReadyAddresses }) },
    );
    this.addStatefulSet(props);
    if (replicaCount(pods) > 1) addDisruptionBudget(this, identity);
  }

  private addStatefulSet(props: StatefulServerProps): void {
    const { identity, pods, storage } = props;
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: workloadMetadata(identity),
      spec: {
        replicas: replicaCount(pods),
        serviceName: governingService(identity),
        podManagementPolicy: pods.kind === 'single' ? undefined : 'Parallel',
        selector: { matchLabels: selectorLabels(identity) },
        updateStrategy: { type: 'RollingUpdate' },
        minReadySeconds: pods.kind === 'single' ? undefined : 10,
        revisionHistoryLimit: 5,
        template: { metadata: podMetadata(props), spec: podSpec(props) },
        ...('ephemeral' in storage
          ? {}
          : {
              persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
              volumeClaimTemplates: [claim(identity, storage)],
            }),
      },
    });
  }
}

function replicaCount(pods: StatefulServerProps['pods']): number {
  return pods.kind === 'single' ? 1 : pods.replicas;
}

function podMetadata({ identity, restartsOnChangeOf }: StatefulServerProps): k8s.ObjectMeta {
  return {
    labels: workloadLabels(identity),
    annotations: restartsOnChangeOf && { 'checksum/config': checksum(restartsOnChangeOf) },
  };
}

function podSpec(props: StatefulServerProps): k8s.PodSpec {
  const { identity, uid, pods, storage, priorityClassName, terminationGracePeriodSeconds, pod } = props;
  return {
    ...podDefaults(identity, priorityClassName),
    securityContext: podSecurity(uid),
    ...spreadAcrossNodes(identity.name, replicaCount(pods), pods.kind === 'peers'),
    terminationGracePeriodSeconds,
    ...pod,
    volumes: [...('ephemeral' in storage ? [ephemeralVolume(storage)] : []), ...(pod.volumes ?? [])],
  };
}

function ephemeralVolume({ ephemeral }: EphemeralStorage): k8s.Volume {
  return { name: dataVolume, emptyDir: { sizeLimit: canonicalQuantity(ephemeral) } };
}

/** A claim is immutable, so it carries none of the labels that a release may change. */
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

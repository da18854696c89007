import { Construct } from 'constructs';
import type { Storage } from '../../platform/settings/resources';
import { dataVolume } from '../../platform/workload-names';
import { k8s } from '../kubernetes/k8s';
import {
  computeChecksum,
  labelWorkload,
  makeMetadata,
  selectWorkload,
  type WorkloadIdentity,
} from '../kubernetes/metadata';
import { makePodDefaults, securePod, spreadAcrossNodes } from '../kubernetes/pod-defaults';
import { toCanonicalQuantity } from '../kubernetes/resources';
import {
  addConfigMap,
  addDisruptionBudget,
  addService,
  addServiceAccount,
  type ClientService,
} from '../kubernetes/workload-objects';

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
export function nameGoverningService({ name }: Pick<WorkloadIdentity, 'name'>): string {
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
      { ...service, name: nameGoverningService(identity) },
      { clusterIp: 'None', ...(pods.kind === 'single' ? {} : { publishNotReadyAddresses }) },
    );
    this.addStatefulSet(props);
    if (countReplicas(pods) > 1) addDisruptionBudget(this, identity);
  }

  private addStatefulSet(props: StatefulServerProps): void {
    const { identity, pods, storage } = props;
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: makeMetadata(identity),
      spec: {
        replicas: countReplicas(pods),
        serviceName: nameGoverningService(identity),
        podManagementPolicy: pods.kind === 'single' ? undefined : 'Parallel',
        selector: { matchLabels: selectWorkload(identity) },
        updateStrategy: { type: 'RollingUpdate' },
        minReadySeconds: pods.kind === 'single' ? undefined : 10,
        revisionHistoryLimit: 5,
        template: { metadata: makePodMetadata(props), spec: makePodSpec(props) },
        ...('ephemeral' in storage
          ? {}
          : {
              persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
              volumeClaimTemplates: [makeClaim(identity, storage)],
            }),
      },
    });
  }
}

function countReplicas(pods: StatefulServerProps['pods']): number {
  return pods.kind === 'single' ? 1 : pods.replicas;
}

function makePodMetadata({ identity, restartsOnChangeOf }: StatefulServerProps): k8s.ObjectMeta {
  return {
    labels: labelWorkload(identity),
    annotations: restartsOnChangeOf && { 'checksum/config': computeChecksum(restartsOnChangeOf) },
  };
}

function makePodSpec(props: StatefulServerProps): k8s.PodSpec {
  const { identity, uid, pods, storage, priorityClassName, terminationGracePeriodSeconds, pod } = props;
  return {
    ...makePodDefaults(identity, priorityClassName),
    securityContext: securePod(uid),
    ...spreadAcrossNodes(identity.name, countReplicas(pods), pods.kind === 'peers'),
    terminationGracePeriodSeconds,
    ...pod,
    volumes: [...('ephemeral' in storage ? [makeEphemeralVolume(storage)] : []), ...(pod.volumes ?? [])],
  };
}

function makeEphemeralVolume({ ephemeral }: EphemeralStorage): k8s.Volume {
  return { name: dataVolume, emptyDir: { sizeLimit: toCanonicalQuantity(ephemeral) } };
}

/** A claim is immutable, so it carries none of the labels that a release may change. */
function makeClaim(identity: WorkloadIdentity, { className, size }: Storage): k8s.KubePersistentVolumeClaimProps {
  return {
    metadata: { name: dataVolume, labels: selectWorkload(identity) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: className,
      resources: { requests: { storage: toCanonicalQuantity(size) } },
    },
  };
}

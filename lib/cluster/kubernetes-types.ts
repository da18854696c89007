import type { KubernetesObject } from './kubernetes-client';

/** A condition in the status of an object: `Ready`, `PodScheduled`. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** An object with the status that its controller writes. */
interface WithStatus<Spec, Status> extends KubernetesObject {
  readonly spec: Spec;
  /** Undefined until the controller has observed the object. */
  readonly status?: Status & { readonly conditions?: readonly Condition[] };
}

/** A Deployment, StatefulSet or DaemonSet. */
export type Workload = WithStatus<
  { readonly replicas?: number; readonly updateStrategy?: { readonly type?: string } },
  {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    /** StatefulSet only: name of the revision that its pods are updated to. */
    readonly updateRevision?: string;
    /** DaemonSet only: its names for the counts above. */
    readonly desiredNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberReady?: number;
    readonly numberAvailable?: number;
  }
>;

/** How a container ended. */
export interface TerminatedState {
  readonly reason?: string;
  readonly exitCode: number;
  readonly message?: string;
  readonly finishedAt?: string;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: TerminatedState;
}

/** Status of a container, as its node reports it. */
export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export type Pod = WithStatus<
  { readonly nodeName?: string },
  {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  }
>;

/** A part of the addresses behind a Service. */
export interface EndpointSlice extends KubernetesObject {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
        readonly targetRef?: { readonly name?: string };
      }[]
    | null;
}

/** A HorizontalPodAutoscaler. */
export type Autoscaler = WithStatus<
  { readonly minReplicas?: number; readonly maxReplicas: number },
  { readonly currentReplicas?: number; readonly desiredReplicas?: number }
>;

/** A Certificate of cert-manager. */
export type Certificate = WithStatus<
  { readonly secretName: string },
  { readonly notAfter?: string; readonly renewalTime?: string }
>;

/** A container of a pod's specification: the fields that are read here. */
export interface JobContainer {
  readonly name: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts?: readonly { readonly mountPath: string }[];
}

/** A pod's specification: the fields that are read here. */
export interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly JobContainer[];
  readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
}

/** A Job's specification: the fields that are read here. */
export interface JobSpec {
  readonly activeDeadlineSeconds?: number;
  /** Whether it is paused. */
  readonly suspend?: boolean;
  readonly template: {
    readonly metadata?: Pick<KubernetesObject['metadata'], 'labels'>;
    readonly spec: PodSpec;
  };
}

export type Job = WithStatus<JobSpec, { readonly completionTime?: string }>;

export type CronJob = WithStatus<
  {
    readonly suspend?: boolean;
    readonly jobTemplate: {
      readonly metadata?: Pick<KubernetesObject['metadata'], 'labels' | 'annotations'>;
      readonly spec: JobSpec;
    };
  },
  { readonly lastSuccessfulTime?: string }
>;

/** A workload, with what is read of the template of its pods. */
export type PodOwner = Workload & { readonly spec: { readonly template: { readonly spec: PodSpec } } };

/** What names an object. */
interface NamedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Names an object as `kubectl -n` takes it: `veza-staging Deployment/veza-chat-server`. */
export function describeObject({ kind, metadata: { namespace = '', name } }: NamedObject): string {
  return `${namespace === '' ? '' : `${namespace} `}${kind}/${name}`;
}

/** Whether an object belongs to another, as a pod to its Job. */
export function isOwnedBy({ metadata }: KubernetesObject, owner: NamedObject): boolean {
  return (
    metadata.namespace === owner.metadata.namespace &&
    (metadata.ownerReferences ?? []).some(({ kind, name }) => kind === owner.kind && name === owner.metadata.name)
  );
}

/** Compares the times at which two objects were created, for a sort with the oldest first. */
export function compareCreation({ metadata: one }: KubernetesObject, { metadata: other }: KubernetesObject): number {
  return (one.creationTimestamp ?? '').localeCompare(other.creationTimestamp ?? '');
}

/** Finds the condition of a type in the status of an object. */
export function findCondition(
  { status }: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): Condition | undefined {
  return status?.conditions?.find((each) => each.type === type);
}

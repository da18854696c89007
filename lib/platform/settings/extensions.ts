import type { k8s } from 'cdk8s-plus-27';
import * as z from 'zod';
import { type WellKnownPeer, wellKnownPeers } from '../service-contract';
import {
  type ExtraContainer,
  initContainerSchema,
  type KubernetesFields,
  mounts,
  sidecarSchema,
  variables,
} from './extra-container';
import { annotations, cidrs, dnsLabel, labels, objectName, ports, quantity } from './formats';
import { type PatchOperation, patchOperationSchema } from './json-patch';

/** What is added to one object, beyond what contracts and environments can state. docs/extensions.md has an example of each. */
export interface Extension<Service extends string = string> {
  /** The object that it is added to. */
  readonly target: ServiceTarget<Service> | ObjectTarget;
  /** Labels of the object itself, such as `{ 'cost-center': 'streaming' }`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations of the object itself, such as `{ 'example.com/owner': 'team-a' }`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** What is added to the pods of a workload. */
  readonly pod?: PodExtension<Service>;
  /** Changes of the finished object, in this order and after everything else. */
  readonly patch?: readonly PatchOperation[];
}

/** The Deployment of a service. */
export interface ServiceTarget<Service extends string = string> {
  /** Name of the service in the platform, such as `stream-server`. */
  readonly service: Service;
}

/** Any object in the files of the environment. */
export interface ObjectTarget {
  /** Kind of the object, such as `ServiceAccount`. */
  readonly kind: string;
  /** Name of the object, such as `veza-service-account`. */
  readonly name: string;
  /** Namespace of the object, such as `veza-staging-monitoring`. @default - that of the environment's services */
  readonly namespace?: string;
}

/** What is added to the pods of a workload. Nothing is replaced but the two classes: what exists already is refused. */
export interface PodExtension<Service extends string = string> {
  /** Labels of the pods, such as `{ 'azure.workload.identity/use': 'true' }`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations of the pods, such as `{ 'example.com/scan': 'weekly' }`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Labels of the nodes that they may run on, such as `{ 'example.com/pool': 'streaming' }`. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Taints that they tolerate, such as `[{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }]`. */
  readonly tolerations?: readonly KubernetesFields<k8s.Toleration>[];
  /** Nodes and pods that they are near to or apart from, such as `{ nodeAffinity: { … } }`. */
  readonly affinity?: KubernetesFields<k8s.Affinity>;
  /** How they are spread, such as `[{ maxSkew: 1, topologyKey: 'example.com/rack', … }]`. */
  readonly topologySpreadConstraints?: readonly KubernetesFields<k8s.TopologySpreadConstraint>[];
  /** PriorityClass instead of the environment's, such as `system-cluster-critical`. */
  readonly priorityClassName?: string;
  /** RuntimeClass of their containers, such as `gvisor`. */
  readonly runtimeClassName?: string;
  /** Secrets with which the nodes pull the images of what is added, such as `['partner-registry']`. */
  readonly imagePullSecrets?: readonly string[];
  /** A ServiceAccount of their own, named as the workload. */
  readonly serviceAccount?: OwnServiceAccount;
  /** Environment variables of the first container, such as `[{ name: 'TZ', value: 'UTC' }]`. */
  readonly env?: readonly KubernetesFields<k8s.EnvVar>[];
  /** Volumes of the pod, such as `[{ name: 'models', configMap: { name: 'models' } }]`. */
  readonly volumes?: readonly KubernetesFields<k8s.Volume>[];
  /** Where the first container finds them, such as `[{ name: 'models', mountPath: '/models', readOnly: true }]`. */
  readonly volumeMounts?: readonly KubernetesFields<k8s.VolumeMount>[];
  /** Containers that run beside the others. */
  readonly sidecars?: readonly ExtraContainer[];
  /** Containers that run to their end before the others start. */
  readonly initContainers?: readonly ExtraContainer[];
  /**
   * What they connect to besides, as in a contract or by address, such as `['https']`. The network policies allow it. Pods of
   * monitoring and logs connect to addresses only, and to `https` and `kubernetes-api`.
   */
  readonly calls?: readonly (Service | WellKnownPeer | OutsidePeer)[];
}

/** A ServiceAccount that only one workload has, as for a role of the cloud. */
export interface OwnServiceAccount {
  /** Labels of the account, such as `{ 'azure.workload.identity/use': 'true' }`; else none. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the account, such as `{ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/stream' }`. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Servers outside the platform, by their addresses. */
export interface OutsidePeer {
  /** Name in diagrams, such as `metadata server`. */
  readonly name: string;
  /** Their addresses in CIDR notation, such as `169.254.169.254/32`. */
  readonly cidrs: readonly string[];
  /** TCP ports that they listen on, such as `80`. */
  readonly ports: readonly number[];
}

const fields = z.looseObject({});
const names = z.array(objectName).readonly();

const outsidePeer = z.strictObject({ name: z.string(), cidrs, ports });

const volume = z.looseObject({
  name: dnsLabel,
  emptyDir: z.looseObject({ sizeLimit: quantity.optional() }).optional(),
});

const objectTarget = z.strictObject({ kind: z.string(), name: objectName, namespace: dnsLabel.optional() });

/**
 * What pods of a platform with these services can call.
 * @internal
 */
export function makeCallsSchema(services: readonly string[]): z.ZodType {
  const peers = [...services, ...wellKnownPeers];
  const message = `use one of ${peers.join(', ')}, or { name, cidrs, ports }`;
  return z.array(z.union([z.enum(peers), outsidePeer], message)).readonly();
}

/**
 * The extensions of a platform with these services.
 * @internal
 */
export function makeExtensionsSchema(services: readonly string[]): z.ZodType {
  const pod = z.strictObject({
    labels: labels.optional(),
    annotations: annotations.optional(),
    nodeSelector: labels.optional(),
    tolerations: z.array(fields).readonly().optional(),
    affinity: fields.optional(),
    topologySpreadConstraints: z.array(fields).readonly().optional(),
    priorityClassName: objectName.optional(),
    runtimeClassName: objectName.optional(),
    imagePullSecrets: names.optional(),
    serviceAccount: z.strictObject({ labels, annotations }).optional(),
    env: variables.optional(),
    volumes: z.array(volume).readonly().optional(),
    volumeMounts: mounts.optional(),
    sidecars: z.array(sidecarSchema).readonly().optional(),
    initContainers: z.array(initContainerSchema).readonly().optional(),
    calls: makeCallsSchema(services).optional(),
  } satisfies Record<keyof PodExtension, z.ZodType>);
  const serviceTarget = z.strictObject({ service: z.enum(services) });
  const extension = z.strictObject({
    target: z.union([serviceTarget, objectTarget], 'use { service } or { kind, name, namespace }'),
    labels: labels.optional(),
    annotations: annotations.optional(),
    pod: pod.optional(),
    patch: z.array(patchOperationSchema).readonly().optional(),
  } satisfies Record<keyof Extension, z.ZodType>);
  return z.array(extension).readonly();
}

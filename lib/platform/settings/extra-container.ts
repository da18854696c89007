import type { k8s } from 'cdk8s-plus-27';
import * as z from 'zod';
import { dnsLabel, pinnedImage, port, variableName, wholeNumber } from './formats';
import { type ContainerResources, containerResources } from './resources';

/** The fields of a type of Kubernetes as plain data, as in its YAML: a quantity is a text, and a port a name or a number. */
export type KubernetesFields<T> = T extends k8s.Quantity
  ? string
  : T extends k8s.IntOrString
    ? number | string
    : T extends readonly (infer Item)[]
      ? readonly KubernetesFields<Item>[]
      : T extends object
        ? { readonly [Field in keyof T]: KubernetesFields<T[Field]> }
        : T;

/**
 * A container that is added to the pods of a workload. Its security is that of every other: no root, no privileges, and a
 * root file system that cannot be written.
 */
export interface ExtraContainer {
  /** Name of the container, such as `token-proxy`. */
  readonly name: string;
  /** Fully qualified image with its tag or digest, such as `registry.example.com/token-proxy:v1.2.3`. */
  readonly image: string;
  /** User and group that its processes have, such as `65532`. */
  readonly uid: number;
  /** What it uses; the quota of its namespace counts it. */
  readonly resources: ContainerResources;
  /** Command instead of the image's, such as `['/proxy']`. */
  readonly command?: readonly string[];
  /** Arguments of the command, such as `['--listen=:8090']`. */
  readonly args?: readonly string[];
  /** Environment variables, such as `[{ name: 'LOG_LEVEL', value: 'info' }]`. */
  readonly env?: readonly KubernetesFields<k8s.EnvVar>[];
  /** Ports that it listens on, by their names, such as `{ proxy: 8090 }`. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Where it finds volumes of the pod, such as `[{ name: 'scratch', mountPath: '/tmp' }]`. */
  readonly volumeMounts?: readonly KubernetesFields<k8s.VolumeMount>[];
  /** When it counts as started, such as `{ httpGet: { path: '/live', port: 8090 } }`; not of an init container. */
  readonly startupProbe?: KubernetesFields<k8s.Probe>;
  /** When it takes requests, such as `{ httpGet: { path: '/ready', port: 8090 } }`; not of an init container. */
  readonly readinessProbe?: KubernetesFields<k8s.Probe>;
  /** When it is restarted, such as `{ httpGet: { path: '/live', port: 8090 } }`; not of an init container. */
  readonly livenessProbe?: KubernetesFields<k8s.Probe>;
}

const fields = z.looseObject({});

/** @internal */
export const variables = z.array(z.looseObject({ name: variableName })).readonly();

/** @internal */
export const mounts = z.array(z.looseObject({ name: dnsLabel, mountPath: z.string() })).readonly();

/** @internal */
export const initContainerSchema = z.strictObject({
  name: dnsLabel,
  image: pinnedImage,
  uid: wholeNumber({ min: 1, why: '0 is root' }),
  resources: containerResources,
  command: z.array(z.string()).readonly().optional(),
  args: z.array(z.string()).readonly().optional(),
  env: variables.optional(),
  ports: z.record(dnsLabel, port).optional(),
  volumeMounts: mounts.optional(),
});

/** @internal */
export const sidecarSchema = initContainerSchema.extend({
  startupProbe: fields.optional(),
  readinessProbe: fields.optional(),
  livenessProbe: fields.optional(),
});

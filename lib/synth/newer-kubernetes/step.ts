import type { KubernetesManifest } from '../../manifests/manifest';
import type { KubernetesSettings } from '../../platform/settings/kubernetes';

/** A change of finished objects that uses what a newer Kubernetes has. */
export interface Step {
  /** Minor version from which on it can be relied on: 30 for 1.30. */
  readonly since: number;
  /** What it changes, as a sentence of the documentation. */
  readonly what: string;
  /** Why that is better. */
  readonly why: string;
  /** Whether an environment wants it. @default - every environment does */
  readonly isWanted?: (settings: KubernetesSettings) => boolean;
  /** Returns the changed object, or the same one. */
  readonly apply: (object: KubernetesManifest) => KubernetesManifest;
}

/** A container as the steps read and write it. */
export interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name?: string }[];
  readonly lifecycle?: { readonly preStop?: PreStop };
  readonly volumeMounts?: readonly VolumeMount[];
  readonly restartPolicy?: string;
}

/** What runs before a container is stopped. */
export interface PreStop {
  readonly exec?: { readonly command: readonly string[] };
  readonly sleep?: { readonly seconds: number };
}

/** A mount of a volume. */
export interface VolumeMount {
  readonly name: string;
  readonly readOnly?: boolean;
  readonly mountPropagation?: string;
}

/** A pod's specification as the steps read and write it. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly securityContext?: object;
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: object }[];
}

interface WithSpec extends KubernetesManifest {
  readonly spec?: { readonly template?: { readonly spec?: PodSpec }; readonly jobTemplate?: WithSpec };
}

/** Returns an object with its pods' specification changed; an object without pods as it is. */
export function mapPodSpec<T extends KubernetesManifest>(object: T, change: (spec: PodSpec) => PodSpec): T {
  const { spec } = object as WithSpec;
  if (spec?.jobTemplate !== undefined) {
    return { ...object, spec: { ...spec, jobTemplate: mapPodSpec(spec.jobTemplate, change) } };
  }
  if (spec?.template?.spec?.containers === undefined) return object;
  return { ...object, spec: { ...spec, template: { ...spec.template, spec: change(spec.template.spec) } } };
}

/** Returns an object with each of its containers changed. */
export function mapContainers(
  object: KubernetesManifest,
  change: (container: Container, spec: PodSpec) => Container,
): KubernetesManifest {
  return mapPodSpec(object, (spec) => {
    const { containers, initContainers } = spec;
    const changed = (list: readonly Container[]) => list.map((container) => change(container, spec));
    return {
      ...spec,
      containers: changed(containers),
      ...(initContainers === undefined ? {} : { initContainers: changed(initContainers) }),
    };
  });
}

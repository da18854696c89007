import type { KubernetesManifest } from '../../manifests/manifest';
import type { KubernetesSettings } from '../../platform/settings/kubernetes';
import { mapPodTemplate } from '../pod-templates';

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

/** Returns an object with its pods' specification changed; an object without pods as it is. */
export function mapPodSpec(object: KubernetesManifest, change: (spec: PodSpec) => PodSpec): KubernetesManifest {
  return mapPodTemplate<PodSpec>(object, (template) => ({ ...template, spec: change(template.spec) }));
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

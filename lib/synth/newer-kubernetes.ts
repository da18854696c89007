import type { KubernetesManifest } from '../manifests/manifest';
import { type KubernetesSettings, kubernetesFeatures, parseMinorVersion } from '../platform/settings/kubernetes';
import { mapPodTemplate, sortKeys } from './edit-objects';

/** A change of finished objects that uses what a newer Kubernetes has. */
interface Step {
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
interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name?: string }[];
  readonly lifecycle?: {
    readonly preStop?: {
      readonly exec?: { readonly command: readonly string[] };
      readonly sleep?: { readonly seconds: number };
    };
  };
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly readOnly?: boolean;
    readonly mountPropagation?: string;
  }[];
  readonly restartPolicy?: string;
}

/** A pod's specification as the steps read and write it. */
interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly securityContext?: object;
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: object }[];
}

interface Service extends KubernetesManifest {
  readonly spec?: { readonly clusterIP?: string; readonly type?: string };
}

/** Every step, by the version from which on it is used. */
export const steps = {
  nativeSidecars: {
    since: 29,
    what: 'The exporter of a store is an init container with `restartPolicy: Always`.',
    why: 'It starts before the server and ends after it, so that the last minutes of a server are measured too.',
    apply: (object) =>
      mapPodSpec(object, (spec) => {
        const exporters = spec.containers.slice(1).filter(isExporter);
        if (exporters.length === 0) return spec;
        const sidecars = exporters.map((exporter) => ({ ...exporter, restartPolicy: 'Always' }));
        return {
          ...spec,
          containers: spec.containers.filter((container) => !exporters.includes(container)),
          initContainers: [...(spec.initContainers ?? []), ...sidecars],
        };
      }),
  },
  preStopSleep: {
    since: 30,
    what: 'The wait before a container is stopped is `preStop.sleep` instead of the program `/bin/sleep`.',
    why: 'The image needs no such program.',
    apply: (object) =>
      mapContainers(object, (container) => {
        const [program, seconds] = container.lifecycle?.preStop?.exec?.command ?? [];
        if (program !== '/bin/sleep') return container;
        return {
          ...container,
          lifecycle: { ...container.lifecycle, preStop: { sleep: { seconds: Number(seconds) } } },
        };
      }),
  },
  appArmor: {
    since: kubernetesFeatures.appArmor.since,
    what: 'Pods state the AppArmor profile `RuntimeDefault`, where the environment states `kubernetes.appArmor`.',
    why: 'A pod does not start on a node that would apply no profile.',
    isWanted: (settings) => settings.appArmor,
    apply: (object) =>
      mapPodSpec(object, (spec) => ({
        ...spec,
        securityContext: { appArmorProfile: { type: 'RuntimeDefault' }, ...spec.securityContext },
      })),
  },
  trafficDistribution: {
    since: 31,
    what: 'Services with a cluster IP state `trafficDistribution: PreferClose`.',
    why: 'A request stays in its zone while a ready pod is there: less latency, and no charge for traffic between zones.',
    apply: (object: Service) =>
      object.kind === 'Service' && object.spec?.clusterIP !== 'None' && object.spec?.type !== 'ExternalName'
        ? ({ ...object, spec: { ...object.spec, trafficDistribution: 'PreferClose' } } as KubernetesManifest)
        : object,
  },
  supplementalGroups: {
    since: 33,
    what: 'Pods state `supplementalGroupsPolicy: Strict`.',
    why: 'A process has the groups that the manifest states, and none that /etc/group of its image adds.',
    apply: (object) =>
      mapPodSpec(object, (spec) => ({
        ...spec,
        securityContext: { ...spec.securityContext, supplementalGroupsPolicy: 'Strict' },
      })),
  },
  recursiveReadOnly: {
    since: 33,
    what: 'Read-only mounts of folders of the node state `recursiveReadOnly: IfPossible`.',
    why: 'Without it, file systems that are mounted below such a folder can be written.',
    apply: (object) => mapContainers(object, makeMountsReadOnly),
  },
  userNamespaces: {
    since: kubernetesFeatures.userNamespaces.since,
    what: 'Pods state `hostUsers: false`, where the environment states `kubernetes.userNamespaces`.',
    why: 'A process that leaves its container is none of the users of the node.',
    isWanted: (settings) => settings.userNamespaces,
    apply: (object) =>
      mapPodSpec(object, (spec) => {
        const usesNode =
          spec.hostNetwork || spec.hostPID || spec.volumes?.some(({ hostPath }) => hostPath !== undefined);
        return usesNode ? spec : { ...spec, hostUsers: false };
      }),
  },
} as const satisfies Readonly<Record<string, Step>>;

/** Its probes do not depend on the server beside which it runs; a sidecar whose startup did would wait for ever. */
function isExporter({ ports = [] }: Container): boolean {
  return ports.some(({ name }) => name === 'metrics');
}

function makeMountsReadOnly(container: Container, { volumes = [] }: PodSpec): Container {
  const ofNode = new Set(volumes.filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name));
  const mounts = container.volumeMounts ?? [];
  if (!mounts.some(({ name }) => ofNode.has(name))) return container;
  return {
    ...container,
    // The API refuses it for a mount that is propagated.
    volumeMounts: mounts.map((mount) =>
      ofNode.has(mount.name) && mount.readOnly && (mount.mountPropagation ?? 'None') === 'None'
        ? { ...mount, recursiveReadOnly: 'IfPossible' }
        : mount,
    ),
  };
}

/** Returns an object with its pods' specification changed; an object without pods as it is. */
function mapPodSpec(object: KubernetesManifest, change: (spec: PodSpec) => PodSpec): KubernetesManifest {
  return mapPodTemplate<PodSpec>(object, (template) => ({ ...template, spec: change(template.spec) }));
}

/** Returns an object with each of its containers changed. */
function mapContainers(
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

/**
 * Changes finished objects to use what the Kubernetes of an environment has. The L1 classes of cdk8s-plus-27 drop fields
 * that 1.27 does not know, so this works on the objects that they have made.
 */
export function useNewerKubernetes(
  settings: KubernetesSettings,
  objects: readonly KubernetesManifest[],
): readonly KubernetesManifest[] {
  const all: readonly Step[] = Object.values(steps);
  const used = all.filter(
    ({ since, isWanted = () => true }) => since <= parseMinorVersion(settings) && isWanted(settings),
  );
  return objects.map((object) => {
    const changed = used.reduce((current, { apply }) => apply(current), object);
    return changed === object ? object : sortKeys(changed);
  });
}

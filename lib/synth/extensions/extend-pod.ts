import { omitEmpty } from '../../constructs/kubernetes/metadata';
import { pulledOnce, secureContainer } from '../../constructs/kubernetes/pod-defaults';
import { toCanonicalQuantity, toPlainRequirements } from '../../constructs/kubernetes/resources';
import type { PodExtension } from '../../platform/settings/extensions';
import type { ExtraContainer } from '../../platform/settings/extra-container';
import type { Template } from '../edit-objects';
import type { Additions } from './additions';

/** A pod's specification, as far as extensions add to it. */
export interface PodFields {
  readonly containers: readonly ContainerFields[];
  readonly initContainers?: readonly ContainerFields[];
  readonly volumes?: readonly VolumeFields[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly object[];
  readonly affinity?: AffinityFields;
  readonly topologySpreadConstraints?: readonly SpreadFields[];
  readonly priorityClassName?: string;
  readonly runtimeClassName?: string;
  readonly serviceAccountName?: string;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

interface VolumeFields {
  readonly name: string;
  readonly emptyDir?: { readonly sizeLimit?: string };
  readonly projected?: { readonly sources?: readonly { readonly serviceAccountToken?: object }[] };
}

interface SpreadFields {
  readonly topologyKey?: string;
  readonly whenUnsatisfiable?: string;
}

/** What is to be known of a workload besides its pods. */
export interface PodContext {
  /** Name of the workload. */
  readonly workload: string;
  /** Whether sidecars are init containers that go on running, as Kubernetes 1.29 and newer have them. */
  readonly hasNativeSidecars: boolean;
  /** Pull secrets of the pods' account: a pod that states some itself does not use those. */
  readonly accountPullSecrets: readonly { readonly name: string }[];
}

/** Adds to a pod template. */
export function extendPod(
  { metadata, spec }: Template<PodFields>,
  pod: PodExtension,
  context: PodContext,
  additions: Additions,
): Template<PodFields> {
  return {
    metadata: {
      ...metadata,
      labels: additions.entries('pod.labels', metadata?.labels, pod.labels),
      annotations: additions.entries('pod.annotations', metadata?.annotations, pod.annotations),
    },
    spec: {
      ...spec,
      ...extendPlacement(spec, pod, additions),
      ...extendContainers(spec, pod, context, additions),
      volumes: additions.named('pod.volumes', spec.volumes, pod.volumes?.map(canonicalVolume)),
      imagePullSecrets: extendPullSecrets(spec, pod, context, additions),
      serviceAccountName: pod.serviceAccount === undefined ? spec.serviceAccountName : context.workload,
    },
  };
}

function extendPlacement(spec: PodFields, pod: PodExtension, additions: Additions): Partial<PodFields> {
  return {
    nodeSelector: additions.entries('pod.nodeSelector', spec.nodeSelector, pod.nodeSelector),
    tolerations: additions.items<object>('pod.tolerations', spec.tolerations, pod.tolerations),
    affinity: extendAffinity(spec.affinity, pod.affinity as AffinityFields | undefined, additions),
    topologySpreadConstraints: additions.items<SpreadFields>(
      'pod.topologySpreadConstraints',
      spec.topologySpreadConstraints,
      pod.topologySpreadConstraints,
      // The API server refuses two with both in common.
      ({ topologyKey, whenUnsatisfiable }) => ({ topologyKey, whenUnsatisfiable }),
    ),
    priorityClassName: pod.priorityClassName ?? spec.priorityClassName,
    runtimeClassName: pod.runtimeClassName ?? spec.runtimeClassName,
  };
}

function extendContainers(
  { containers: [first, ...others], initContainers = [] }: PodFields,
  pod: PodExtension,
  { hasNativeSidecars }: PodContext,
  additions: Additions,
): Pick<PodFields, 'containers' | 'initContainers'> {
  const sidecars = (pod.sidecars ?? []).map(makeExtraContainer);
  const helpers = (pod.initContainers ?? []).map(makeExtraContainer);
  const own = first === undefined ? [] : [extendContainer(first, pod, additions)];
  // One list, since the names of all containers of a pod differ.
  additions.named('pod.sidecars', [...own, ...others, ...initContainers], sidecars);
  additions.named('pod.initContainers', [...own, ...others, ...initContainers, ...sidecars], helpers);
  const native = hasNativeSidecars ? sidecars.map((sidecar) => ({ ...sidecar, restartPolicy: 'Always' })) : [];
  const before = [...initContainers, ...helpers, ...native];
  return {
    containers: [...own, ...others, ...(hasNativeSidecars ? [] : sidecars)],
    ...(before.length === 0 ? {} : { initContainers: before }),
  };
}

function extendContainer(container: ContainerFields, pod: PodExtension, additions: Additions): ContainerFields {
  return {
    ...container,
    env: additions.named('pod.env', container.env, pod.env),
    volumeMounts: additions.items(
      'pod.volumeMounts',
      container.volumeMounts,
      pod.volumeMounts,
      ({ mountPath }) => mountPath,
    ),
  };
}

/** With its size as the API server stores it. */
function canonicalVolume<T extends VolumeFields>(volume: T): T {
  const { emptyDir } = volume;
  if (emptyDir?.sizeLimit === undefined) return volume;
  return { ...volume, emptyDir: { ...emptyDir, sizeLimit: String(toCanonicalQuantity(emptyDir.sizeLimit).value) } };
}

function extendPullSecrets(
  spec: PodFields,
  pod: PodExtension,
  { accountPullSecrets }: PodContext,
  additions: Additions,
): PodFields['imagePullSecrets'] {
  if (pod.imagePullSecrets === undefined) return spec.imagePullSecrets;
  const known = [...(spec.imagePullSecrets ?? accountPullSecrets)];
  return additions.named(
    'pod.imagePullSecrets',
    known,
    pod.imagePullSecrets.map((name) => ({ name })),
  );
}

/** Whether a pod has a token for the Kubernetes API. */
export function usesKubernetes({ volumes = [] }: PodFields): boolean {
  return volumes.some(({ projected }) => projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken));
}

/** A container as it stands in a finished object. */
export interface ContainerFields {
  readonly name: string;
  readonly env?: readonly { readonly name: string }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** The container that an extension states, as every other container of the platform is. */
export function makeExtraContainer({ uid, resources, ports = {}, ...stated }: ExtraContainer): ContainerFields {
  const container = {
    ...stated,
    ...pulledOnce,
    ports: omitEmpty(Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' }))),
    resources: toPlainRequirements(resources),
    securityContext: secureContainer(uid),
  };
  return container;
}

/** An affinity as data: its kinds, and of each what is required and preferred. */
export type AffinityFields = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** Adds to each kind of an affinity. Terms are added to terms; the one required selector of nodes cannot be. */
export function extendAffinity(
  current: AffinityFields | undefined,
  added: AffinityFields | undefined,
  additions: Additions,
): AffinityFields | undefined {
  if (added === undefined) return current;
  const kinds = Object.entries(added).map(([kind, rules = {}]) => {
    const known = current?.[kind] ?? {};
    const merged = Object.entries(rules).map(([rule, terms]) => {
      const field = `pod.affinity.${kind}.${rule}`;
      const existing = known[rule];
      if (Array.isArray(existing) && Array.isArray(terms)) return [rule, additions.items(field, existing, terms)];
      return [rule, additions.value(field, existing, terms)];
    });
    return [kind, { ...known, ...Object.fromEntries(merged) }] as const;
  });
  return { ...current, ...Object.fromEntries(kinds) };
}

import { operators } from './operators/operators';

/** A kind as the API server serves it. */
export interface Kind {
  readonly kind: string;
  readonly group: string;
  readonly namespaced: boolean;
}

type Row = readonly [group: string, namespaced: string, clusterScoped: string];

const builtIn: readonly Row[] = [
  [
    '',
    'ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
    'ComponentStatus Namespace Node PersistentVolume',
  ],
  [
    'admissionregistration.k8s.io',
    '',
    'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
  ],
  ['apiextensions.k8s.io', '', 'CustomResourceDefinition'],
  ['apiregistration.k8s.io', '', 'APIService'],
  ['apps', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet', ''],
  ['autoscaling', 'HorizontalPodAutoscaler', ''],
  ['batch', 'CronJob Job', ''],
  ['certificates.k8s.io', 'PodCertificateRequest', 'CertificateSigningRequest ClusterTrustBundle'],
  ['coordination.k8s.io', 'Lease LeaseCandidate', ''],
  ['discovery.k8s.io', 'EndpointSlice', ''],
  ['events.k8s.io', 'Event', ''],
  ['extensions', '', ''],
  ['flowcontrol.apiserver.k8s.io', '', 'FlowSchema PriorityLevelConfiguration'],
  ['internal.apiserver.k8s.io', '', 'StorageVersion'],
  ['networking.k8s.io', 'Ingress NetworkPolicy', 'ClusterCIDR IPAddress IngressClass ServiceCIDR'],
  ['node.k8s.io', '', 'RuntimeClass'],
  ['policy', 'PodDisruptionBudget', 'PodSecurityPolicy'],
  ['rbac.authorization.k8s.io', 'Role RoleBinding', 'ClusterRole ClusterRoleBinding'],
  [
    'resource.k8s.io',
    'PodSchedulingContext ResourceClaim ResourceClaimParameters ResourceClaimTemplate ResourceClassParameters',
    'DeviceClass DeviceTaintRule ResourceClass ResourcePoolStatusRequest ResourceSlice',
  ],
  ['scheduling.k8s.io', 'PodGroup Workload', 'PriorityClass'],
  ['settings.k8s.io', 'PodPreset', ''],
  ['storage.k8s.io', 'CSIStorageCapacity', 'CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass'],
  ['storagemigration.k8s.io', '', 'StorageVersionMigration'],
];

/** Kinds of operators in common use. */
const custom: readonly Kind[] = operators.map(({ kind, group, isClusterScoped = false }) => ({
  kind,
  group,
  namespaced: !isClusterScoped,
}));

/** The kinds that the rules understand, by type. */
export const kinds: ReadonlyMap<string, Kind> = new Map(
  [...custom, ...builtIn.flatMap(kindsOf)].map((kind) => [typeOf(kind), kind]),
);

/** Groups of Kubernetes itself, in which no CRD can define a kind. */
const builtInGroups: ReadonlySet<string> = new Set(builtIn.map(([group]) => group));

/** The unique name of a kind, as kubectl writes it: `Deployment.apps`, and `Service` of the core group. */
export function typeOf({ kind, group }: { readonly kind: string; readonly group: string }): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** The kinds of a group of Kubernetes itself, in which no CRD can define others; none for any other group. */
export function listKindsInGroup(group: string): string[] {
  return builtIn.flatMap(([name, ...lists]) => (name === group ? lists.flatMap(words) : []));
}

/** Kinds of that name in other groups, where an object names a group of Kubernetes that does not have the kind. */
export function findIntendedKinds(stated: { readonly kind: string; readonly group: string }): Kind[] {
  if (kinds.has(typeOf(stated)) || !builtInGroups.has(stated.group)) return [];
  return [...kinds.values()].filter(({ kind }) => kind === stated.kind);
}

function kindsOf([group, namespaced, clusterScoped]: Row): Kind[] {
  const rowOf = (scope: boolean) => (kind: string) => ({ kind, group, namespaced: scope });
  return [...words(namespaced).map(rowOf(true)), ...words(clusterScoped).map(rowOf(false))];
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

/** The plural of a kind, by the API's own rule (`UnsafeGuessKindToResource`), and as the Gateway API spells its own. */
export function pluralize(kind: string): string {
  if (kind.endsWith('s')) return `${kind}es`;
  return /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

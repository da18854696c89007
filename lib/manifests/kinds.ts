/** A kind as the API server serves it. */
export interface Kind {
  readonly kind: string;
  readonly group: string;
  /** Versions served by any supported release; none where the kind's own controller decides. */
  readonly versions: readonly string[];
  readonly namespaced: boolean;
}

type Row = readonly [group: string, versions: string, namespaced: string, clusterScoped: string];

const builtIn: readonly Row[] = [
  [
    '',
    'v1',
    'ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
    'Namespace Node PersistentVolume',
  ],
  ['admissionregistration.k8s.io', 'v1', '', 'MutatingWebhookConfiguration ValidatingWebhookConfiguration'],
  [
    'admissionregistration.k8s.io',
    'v1 v1alpha1 v1beta1',
    '',
    'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
  ],
  ['apiextensions.k8s.io', 'v1', '', 'CustomResourceDefinition'],
  ['apiregistration.k8s.io', 'v1', '', 'APIService'],
  ['apps', 'v1', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet', ''],
  ['autoscaling', 'v1 v2', 'HorizontalPodAutoscaler', ''],
  ['batch', 'v1', 'CronJob Job', ''],
  ['certificates.k8s.io', 'v1', '', 'CertificateSigningRequest'],
  ['coordination.k8s.io', 'v1', 'Lease', ''],
  ['discovery.k8s.io', 'v1', 'EndpointSlice', ''],
  ['events.k8s.io', 'v1', 'Event', ''],
  ['extensions', '', '', ''],
  ['flowcontrol.apiserver.k8s.io', 'v1 v1beta2 v1beta3', '', 'FlowSchema PriorityLevelConfiguration'],
  ['networking.k8s.io', 'v1', 'Ingress NetworkPolicy', 'IngressClass'],
  ['node.k8s.io', 'v1', '', 'RuntimeClass'],
  ['policy', 'v1', 'PodDisruptionBudget', ''],
  ['rbac.authorization.k8s.io', 'v1', 'Role RoleBinding', 'ClusterRole ClusterRoleBinding'],
  ['scheduling.k8s.io', 'v1', '', 'PriorityClass'],
  ['storage.k8s.io', 'v1', 'CSIStorageCapacity', 'CSIDriver CSINode StorageClass VolumeAttachment'],
];

/** Custom kinds that generate Secrets, and those that they refer to. */
const custom: readonly Row[] = [
  ['bitnami.com', '', 'SealedSecret', ''],
  ['cert-manager.io', '', 'Certificate Issuer', 'ClusterIssuer'],
  ['external-secrets.io', '', 'ExternalSecret SecretStore', 'ClusterSecretStore'],
];

/** The kinds that the rules understand, by type. */
export const kinds: ReadonlyMap<string, Kind> = new Map(
  [...builtIn, ...custom].flatMap(kindsOf).map((kind) => [typeOf(kind), kind]),
);

/** Groups of Kubernetes itself, in which no CRD can define a kind. */
const builtInGroups: ReadonlySet<string> = new Set(builtIn.map(([group]) => group));

/** The unique name of a kind, as kubectl writes it: `Deployment.apps`, and `Service` of the core group. */
export function typeOf({ kind, group }: { readonly kind: string; readonly group: string }): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** Kinds of that name in other groups, where an object names a group of Kubernetes that does not have the kind. */
export function intendedKinds(stated: { readonly kind: string; readonly group: string }): Kind[] {
  if (kinds.has(typeOf(stated)) || !builtInGroups.has(stated.group)) return [];
  return [...kinds.values()].filter(({ kind }) => kind === stated.kind);
}

function kindsOf([group, versions, namespaced, clusterScoped]: Row): Kind[] {
  const rowOf = (scope: boolean) => (kind: string) => ({ kind, group, versions: words(versions), namespaced: scope });
  return [...words(namespaced).map(rowOf(true)), ...words(clusterScoped).map(rowOf(false))];
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

/** A kind of objects, as discovery describes it. */
export interface Kind {
  /** Group of the API; empty for the core's. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly subresources: readonly string[];
}

/** A group and version with its kinds: what they are called, and by what other names. */
const rows: readonly [apiVersion: string, scope: 'namespaced' | 'cluster', kinds: readonly string[]][] = [
  ['v1', 'cluster', ['Namespace namespaces ns', 'Node nodes no', 'PersistentVolume persistentvolumes pv']],
  [
    'v1',
    'namespaced',
    [
      'ConfigMap configmaps cm',
      'Event events ev',
      'LimitRange limitranges limits',
      'PersistentVolumeClaim persistentvolumeclaims pvc',
      'Pod pods po',
      'ResourceQuota resourcequotas quota',
      'Secret secrets',
      'Service services svc',
      'ServiceAccount serviceaccounts sa',
    ],
  ],
  [
    'apps/v1',
    'namespaced',
    [
      'ControllerRevision controllerrevisions',
      'DaemonSet daemonsets ds',
      'Deployment deployments deploy',
      'ReplicaSet replicasets rs',
      'StatefulSet statefulsets sts',
    ],
  ],
  ['batch/v1', 'namespaced', ['CronJob cronjobs cj', 'Job jobs']],
  ['autoscaling/v2', 'namespaced', ['HorizontalPodAutoscaler horizontalpodautoscalers hpa']],
  ['policy/v1', 'namespaced', ['PodDisruptionBudget poddisruptionbudgets pdb']],
  ['networking.k8s.io/v1', 'namespaced', ['Ingress ingresses ing', 'NetworkPolicy networkpolicies netpol']],
  ['networking.k8s.io/v1', 'cluster', ['IngressClass ingressclasses']],
  ['rbac.authorization.k8s.io/v1', 'namespaced', ['Role roles', 'RoleBinding rolebindings']],
  ['rbac.authorization.k8s.io/v1', 'cluster', ['ClusterRole clusterroles', 'ClusterRoleBinding clusterrolebindings']],
  ['scheduling.k8s.io/v1', 'cluster', ['PriorityClass priorityclasses pc']],
  ['storage.k8s.io/v1', 'cluster', ['StorageClass storageclasses sc']],
  ['discovery.k8s.io/v1', 'namespaced', ['EndpointSlice endpointslices']],
  ['coordination.k8s.io/v1', 'namespaced', ['Lease leases']],
  ['apiregistration.k8s.io/v1', 'cluster', ['APIService apiservices']],
  ['authorization.k8s.io/v1', 'cluster', ['SelfSubjectAccessReview selfsubjectaccessreviews']],
  [
    'admissionregistration.k8s.io/v1',
    'cluster',
    [
      'ValidatingAdmissionPolicy validatingadmissionpolicies',
      'ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings',
    ],
  ],
  ['apiextensions.k8s.io/v1', 'cluster', ['CustomResourceDefinition customresourcedefinitions crd']],
];

const subresources: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['status', 'scale'],
  StatefulSet: ['status', 'scale'],
  ReplicaSet: ['status', 'scale'],
  Pod: ['status', 'log', 'exec'],
};

/** The built-in kinds. Those of custom resources are in the store. */
export const builtInKinds: readonly Kind[] = rows.flatMap(([apiVersion, scope, kinds]) =>
  kinds.map((row) => {
    const [kind = '', plural = '', ...shortNames] = row.split(' ');
    return {
      ...groupVersion(apiVersion),
      kind,
      plural,
      namespaced: scope === 'namespaced',
      shortNames,
      subresources: subresources[kind] ?? ['status'],
    };
  }),
);

/** Group and version of an `apiVersion`. */
export function groupVersion(apiVersion: string): { group: string; version: string } {
  const [first = '', second] = apiVersion.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** The `apiVersion` of a kind's objects. */
export function apiVersionOf({ group, version }: Pick<Kind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** How messages of the API name a kind: `deployments.apps`. */
export function resourceOf({ plural, group }: Kind): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Where the API has a kind's group and version. */
export function pathOf(kind: Kind): string {
  return kind.group === '' ? `/api/${kind.version}` : `/apis/${apiVersionOf(kind)}`;
}

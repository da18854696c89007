/** A version of an API that Kubernetes no longer serves. */
export interface RemovedVersion {
  /** Minor version of Kubernetes that was the first without it. */
  readonly removedIn: number;
  /** What to do instead. */
  readonly remedy: string;
}

type Row = readonly [apiVersions: string, kinds: string, removedIn: number, remedy: string];

const webhooks = 'MutatingWebhookConfiguration ValidatingWebhookConfiguration';
const roles = 'ClusterRole ClusterRoleBinding Role RoleBinding';
const flows = 'FlowSchema PriorityLevelConfiguration';
const podSecurity = 'label the namespace for Pod Security Admission';

/** From the deprecated API migration guide of Kubernetes, and from its changelogs for what is older. */
const rows: readonly Row[] = [
  ['apps/v1beta1 apps/v1beta2 extensions/v1beta1', 'DaemonSet Deployment ReplicaSet StatefulSet', 16, 'use apps/v1'],
  ['extensions/v1beta1', 'NetworkPolicy', 16, 'use networking.k8s.io/v1'],
  ['extensions/v1beta1', 'PodSecurityPolicy', 16, podSecurity],
  ['settings.k8s.io/v1alpha1', 'PodPreset', 20, 'state the fields in the pods, or write an admission webhook'],
  ['batch/v2alpha1', 'CronJob', 21, 'use batch/v1'],
  ['admissionregistration.k8s.io/v1beta1', webhooks, 22, 'use admissionregistration.k8s.io/v1'],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', 22, 'use apiextensions.k8s.io/v1'],
  ['apiregistration.k8s.io/v1beta1', 'APIService', 22, 'use apiregistration.k8s.io/v1'],
  ['certificates.k8s.io/v1beta1', 'CertificateSigningRequest', 22, 'use certificates.k8s.io/v1'],
  ['coordination.k8s.io/v1beta1', 'Lease', 22, 'use coordination.k8s.io/v1'],
  ['extensions/v1beta1 networking.k8s.io/v1beta1', 'Ingress', 22, 'use networking.k8s.io/v1'],
  ['networking.k8s.io/v1beta1', 'IngressClass', 22, 'use networking.k8s.io/v1'],
  [
    'rbac.authorization.k8s.io/v1alpha1 rbac.authorization.k8s.io/v1beta1',
    roles,
    22,
    'use rbac.authorization.k8s.io/v1',
  ],
  ['scheduling.k8s.io/v1alpha1 scheduling.k8s.io/v1beta1', 'PriorityClass', 22, 'use scheduling.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'CSIDriver CSINode StorageClass VolumeAttachment', 22, 'use storage.k8s.io/v1'],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', 25, 'use autoscaling/v2'],
  ['batch/v1beta1', 'CronJob', 25, 'use batch/v1'],
  ['discovery.k8s.io/v1beta1', 'EndpointSlice', 25, 'use discovery.k8s.io/v1'],
  ['events.k8s.io/v1beta1', 'Event', 25, 'use events.k8s.io/v1'],
  ['node.k8s.io/v1beta1', 'RuntimeClass', 25, 'use node.k8s.io/v1'],
  ['policy/v1beta1', 'PodDisruptionBudget', 25, 'use policy/v1'],
  ['policy/v1beta1', 'PodSecurityPolicy', 25, podSecurity],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 26, 'use autoscaling/v2'],
  ['flowcontrol.apiserver.k8s.io/v1beta1', flows, 26, 'use flowcontrol.apiserver.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', 27, 'use storage.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta2', flows, 29, 'use flowcontrol.apiserver.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta3', flows, 32, 'use flowcontrol.apiserver.k8s.io/v1'],
];

/** Removed versions, by `apiVersion kind`. */
export const removedVersions: ReadonlyMap<string, RemovedVersion> = new Map(
  rows.flatMap(([apiVersions, kinds, removedIn, remedy]) =>
    apiVersions
      .split(' ')
      .flatMap((apiVersion) =>
        kinds.split(' ').map((kind) => [`${apiVersion} ${kind}`, { removedIn, remedy }] as const),
      ),
  ),
);

import { findIntendedKinds, listKindsInGroup } from '../../manifests/kinds';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { findIntendedName } from '../../platform/nearest-name';
import type { Rule, Violation } from '../rule';
import { apiVersionsOf, findVersionsServing, knownVersions } from '../schema/kubernetes-types';

export const apiVersions: Rule = {
  name: 'api-versions',
  class: 'broken',
  finds: 'An apiVersion that does not have the kind, or that Kubernetes no longer serves.',
  why: 'The API server refuses the object.',
  fix: 'State the group and version in which the kind is served. With `--kubernetes 1.32` those of that version alone are served.',
  example: `
apiVersion: extensions/v1beta1
kind: Ingress
metadata: { name: web, namespace: shop }
`,
  *check(set, { kubernetes }) {
    for (const object of set.objects) yield* violationsOf(object, kubernetes);
    yield* unservedVersions(set);
  },
};

/** At most one: the first that applies. */
function* violationsOf(object: Manifest, kubernetes: number | undefined): Generator<Violation> {
  const { apiVersion, kind, group } = object;
  const at = object.at('apiVersion');
  const removed = removedVersions.get(`${apiVersion} ${kind}`);
  const served = findVersionsServing(apiVersion, kind);
  const meant = findIntendedKinds(object);
  if (kind === '' || apiVersion === '') {
    yield {
      at: object.at(kind === '' ? 'kind' : 'apiVersion'),
      message: `an object states both apiVersion and kind (got ${apiVersion || 'none'} and ${kind || 'none'})`,
      remedy: 'state both',
    };
  } else if (removed !== undefined && removed.removedIn <= (kubernetes ?? knownVersions.oldest)) {
    const message = `Kubernetes 1.${removed.removedIn} removed ${kind} of ${apiVersion}`;
    yield { at, message, remedy: removed.remedy };
  } else if (served !== undefined) {
    if (kubernetes === undefined || (served.since <= kubernetes && kubernetes <= served.until)) return;
    const [word, version] = kubernetes < served.since ? ['since', served.since] : ['until', served.until];
    yield {
      at,
      message: `${kind} is served as ${apiVersion} ${word} Kubernetes 1.${version}, and 1.${kubernetes} is checked`,
      remedy: 'use a version that it serves',
    };
  } else if (meant.length > 0) {
    const others = meant.flatMap((other) => apiVersionsOf(other.group, other.kind));
    yield { at, message: `${apiVersion} has no kind ${kind}`, remedy: `a ${kind} is ${others.join(' or ')}` };
  } else if (object.knownKind !== undefined) {
    const versions = apiVersionsOf(group, kind);
    if (versions.length === 0) return;
    yield { at, message: `${kind} is not served as ${apiVersion}`, remedy: `use ${versions.join(' or ')}` };
  } else {
    // Other programs have kinds of such groups too, such as the Config of kubectl: only a likely mistake is one.
    const nearest = findIntendedName(kind, listKindsInGroup(group));
    if (nearest === undefined) return;
    yield { at: object.at('kind'), message: `${apiVersion} has no kind ${kind}`, remedy: `correct it to ${nearest}` };
  }
}

/** Objects of a custom kind that the set defines, in a version that its definition does not serve. */
function* unservedVersions(set: ManifestSet): Generator<Violation> {
  const served = new Map<string, Set<string>>();
  for (const definition of set.ofType('CustomResourceDefinition.apiextensions.k8s.io')) {
    const spec = definition.at('spec');
    const type = `${spec.text('names', 'kind')}.${spec.text('group')}`;
    const names = served.get(type) ?? new Set();
    for (const version of spec.items('versions')) if (version.flag('served')) names.add(version.text('name') ?? '');
    served.set(type, names);
  }
  for (const object of served.size === 0 ? [] : set.objects) {
    const versions = [...(served.get(object.type) ?? [])];
    const version = object.apiVersion.slice(object.group.length + 1);
    if (versions.length === 0 || versions.includes(version)) continue;
    yield {
      at: object.at('apiVersion'),
      message: `the definition of ${object.kind} does not serve ${version}`,
      remedy: `use ${versions.map((name) => `${object.group}/${name}`).join(' or ')}`,
    };
  }
}

/** A version of an API that Kubernetes no longer serves. */
interface RemovedVersion {
  /** Minor version of Kubernetes that was the first without it. */
  readonly removedIn: number;
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
const removedVersions: ReadonlyMap<string, RemovedVersion> = new Map(
  rows.flatMap(([apiVersions, kinds, removedIn, remedy]) =>
    apiVersions
      .split(' ')
      .flatMap((apiVersion) =>
        kinds.split(' ').map((kind) => [`${apiVersion} ${kind}`, { removedIn, remedy }] as const),
      ),
  ),
);

import { collapseWhitespace } from '../../cluster/format';
import { type Revision, readHelmRelease } from '../../cluster/helm-client';
import type { KubernetesClient, KubernetesObject } from '../../cluster/kubernetes-client';
import { findCondition, isOwnedBy, type Pod, type Workload } from '../../cluster/kubernetes-types';
import { findPodFailure, isRolledOut, readLatestEvent } from '../../cluster/workload-status';
import { listEnvironmentNamespaces } from '../../platform/environment';
import { type Problem, readErrorMessage } from '../../platform/errors';
import type { ReleaseContext } from './deploy-context';

/** Lists the workloads of an environment and of its monitoring, with their ReplicaSets and pods. */
export function listRolloutObjects(
  { kubectl, environment }: Pick<ReleaseContext, 'kubectl' | 'environment'>,
  onError?: (error: unknown) => (Workload | Pod)[],
): Promise<(Workload | Pod)[]> {
  const namespaces = listEnvironmentNamespaces(environment);
  const lists = namespaces.map((namespace) => {
    const list = kubectl.list<Workload | Pod>('deployments,statefulsets,replicasets,pods', namespace);
    return onError === undefined ? list : list.catch(onError);
  });
  return Promise.all(lists).then((found) => found.flat());
}

/** Annotation that relates a Deployment to the ReplicaSet of its current revision. */
const revisionAnnotation = 'deployment.kubernetes.io/revision';

/**
 * Finds the pods that a release waits for: those at the current revision of its workloads that are not rolled out. Pods of
 * Jobs, of other releases and of earlier revisions fail for other reasons, and a pod in phase Failed has been replaced.
 */
export function selectBlockingPods(release: string, objects: readonly KubernetesObject[]): Pod[] {
  const pods = ofKind<Pod>(objects, 'Pod').filter(({ status }) => status?.phase !== 'Failed');
  return selectAwaitedWorkloads(release, objects).flatMap((workload) =>
    workload.kind === 'StatefulSet'
      ? ownedBy(workload, pods).filter((pod) => isAtRevision(workload, pod))
      : ownedBy(workload, ofKind<Workload>(objects, 'ReplicaSet'))
          .filter((set) => revisionOf(set) === revisionOf(workload))
          .flatMap((set) => ownedBy(set, pods)),
  );
}

/** Finds the workloads of a release that are not rolled out. */
export function selectAwaitedWorkloads(release: string, objects: readonly KubernetesObject[]): Workload[] {
  return ofKind<Workload>(objects, 'Deployment', 'StatefulSet').filter(
    (workload) => readHelmRelease(workload) === release && !isRolledOut(workload),
  );
}

/**
 * Reads why a workload's controller cannot create pods, such as an exceeded quota or an admission webhook. A Deployment has
 * a condition for that; a StatefulSet has only events.
 */
export async function readCreationFailure(kubectl: KubernetesClient, workload: Workload): Promise<string | undefined> {
  const { kind, metadata, spec, status } = workload;
  const failure = findCondition(workload, 'ReplicaFailure');
  if (failure?.status === 'True') return `${failure.reason}: ${failure.message}`;
  if (kind !== 'StatefulSet' || isRolledOut(workload) || (status?.replicas ?? 0) >= (spec.replicas ?? 1))
    return undefined;
  return readLatestEvent(kubectl, metadata.namespace ?? '', metadata.name, { type: 'Warning', reason: 'FailedCreate' });
}

function ofKind<T extends KubernetesObject>(objects: readonly KubernetesObject[], ...kinds: readonly string[]): T[] {
  return objects.filter(({ kind }) => kinds.includes(kind)) as T[];
}

function ownedBy<T extends KubernetesObject>(owner: Workload, objects: readonly T[]): T[] {
  return objects.filter((object) => isOwnedBy(object, owner));
}

function revisionOf({ metadata }: Workload): string | undefined {
  return metadata.annotations?.[revisionAnnotation];
}

function isAtRevision({ status }: Workload, { metadata }: Pod): boolean {
  return metadata.labels?.['controller-revision-hash'] === status?.updateRevision;
}

/**
 * Describes what runs after a rollback has failed: every workload that is not rolled out, with its release and its pods,
 * and the next step.
 *
 * @param target revision that should run
 */
export async function describeUnfinishedRollout(context: ReleaseContext, target: Revision): Promise<Problem[]> {
  const { name } = context.environment;
  const next =
    `fix the cause, then run \`npx veza rollback ${name} ${target.revision}\` (${target.app_version}) or deploy again; ` +
    `\`npx veza health ${name}\` lists what fails`;
  try {
    return [...describeWorkloads(await listRolloutObjects(context)), next];
  } catch (error) {
    return [`could not read the state of the workloads: ${readErrorMessage(error)}`, next];
  }
}

function describeWorkloads(objects: readonly (Workload | Pod)[]): Problem[] {
  const workloads = ofKind<Workload>(objects, 'Deployment', 'StatefulSet');
  const rolledOut = workloads.filter(isRolledOut).map((workload) => `${workload.metadata.name} ${imageTag(workload)}`);
  return [
    ...workloads.filter((workload) => !isRolledOut(workload)).map((workload) => describeWorkload(workload, objects)),
    ...(rolledOut.length > 0 ? [`rolled out: ${rolledOut.join(', ')}`] : []),
  ];
}

function describeWorkload(workload: Workload, objects: readonly (Workload | Pod)[]): Problem {
  const { metadata, spec, kind } = workload;
  const sets = ofKind<Workload>(objects, 'ReplicaSet');
  const pods = [workload, ...ownedBy(workload, sets)].flatMap((owner) => ownedBy(owner, ofKind<Pod>(objects, 'Pod')));
  const isReady = (pod: Pod) => findCondition(pod, 'Ready')?.status === 'True';
  const ready = pods.filter(isReady).map(describePod);
  const others = pods.filter((pod) => !isReady(pod)).map((pod) => `${describePod(pod)} ${describeNotReady(pod)}`);
  return [
    `${kind}/${metadata.name} (${imageTag(workload)}, replicas ${spec.replicas ?? 1}) is not rolled out`,
    `ready: ${ready.join(', ') || 'none'}`,
    ...(others.length > 0 ? [`not ready: ${others.join('; ')}`] : []),
  ].join('; ');
}

function describePod(pod: Pod): string {
  return `${pod.metadata.name} (${tagOf(pod.spec as Partial<PodImages>)})`;
}

function describeNotReady(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'is terminating';
  return collapseWhitespace(findPodFailure(pod)?.state ?? 'is not ready');
}

/** A pod's specification, as far as it names the release. */
interface PodImages {
  readonly containers: readonly { readonly image: string }[];
}

function imageTag({ spec }: Workload): string {
  return tagOf((spec as { readonly template?: { readonly spec?: Partial<PodImages> } }).template?.spec);
}

/** The tag of the first image: `v1.2.3`. */
function tagOf(spec: Partial<PodImages> | undefined): string {
  return /:([^:/@]+)(@.*)?$/.exec(spec?.containers?.[0]?.image ?? '')?.[1] ?? 'unknown image';
}

import { collapseWhitespace } from '../../cluster/format';
import type { Revision } from '../../cluster/helm-client';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import { findCondition, type Pod, type Workload } from '../../cluster/kubernetes-types';
import { podFailure } from '../../cluster/pod-failure';
import { isRolledOut } from '../../cluster/workload-status';
import { type Environment, monitoringNamespace } from '../../platform/environment';
import type { Problem } from '../../platform/errors';
import { owned } from './rollout-failure';

/** As much of a pod's specification as says which release it is. */
interface Images {
  readonly containers: readonly { readonly image: string }[];
}

/**
 * What runs after neither a release nor the way back from it came to its end: each workload that is not complete with the
 * release that it is set to and what its pods do, and what to type next.
 * @param good the revision that should run
 */
export async function standing(
  kubectl: KubernetesClient,
  environment: Environment,
  good: Revision,
): Promise<Problem[]> {
  const { name, namespace } = environment;
  const next =
    `remove the cause, then type \`npm run rollback -- ${name} ${good.revision}\` (${good.app_version}) or deploy again; ` +
    `\`npm run health -- ${name}\` shows what is missing`;
  try {
    const places = [namespace, monitoringNamespace(namespace)];
    const found = await Promise.all(
      places.map((place) => kubectl.list('deployments,statefulsets,replicasets,pods', place)),
    );
    return [...states(found.flat() as (Workload | Pod)[]), next];
  } catch (error) {
    return [`what runs cannot be seen: ${error instanceof Error ? error.message : error}`, next];
  }
}

function states(objects: readonly (Workload | Pod)[]): Problem[] {
  const workloads = objects.filter(
    (object): object is Workload => object.kind === 'Deployment' || object.kind === 'StatefulSet',
  );
  const incomplete = workloads.filter((workload) => !isRolledOut(workload));
  const complete = workloads.filter(isRolledOut).map((workload) => `${workload.metadata.name} ${releaseOf(workload)}`);
  return [
    ...incomplete.map((workload) => stateOf(workload, objects)),
    ...(complete.length > 0 ? [`complete: ${complete.join(', ')}`] : []),
  ];
}

function stateOf(workload: Workload, objects: readonly (Workload | Pod)[]): Problem {
  const { metadata, spec, kind } = workload;
  const pods = podsOf(workload, objects);
  const serving = pods.filter((pod) => findCondition(pod, 'Ready')?.status === 'True');
  const others = pods.filter((pod) => !serving.includes(pod)).map((pod) => `${nameOf(pod)} ${troubleOf(pod)}`);
  const serves = serving.length > 0 ? `${serving.map(nameOf).join(', ')}` : 'no pod';
  const rest = others.length > 0 ? `; ${others.join('; ')}` : '';
  const wanted = `${kind}/${metadata.name} is set to ${releaseOf(workload)} and ${spec.replicas ?? 1} pods`;
  return `${wanted}: ${serves} serving${rest}`;
}

function podsOf(workload: Workload, objects: readonly (Workload | Pod)[]): Pod[] {
  const pods = objects.filter((object): object is Pod => object.kind === 'Pod');
  const sets = objects.filter((object): object is Workload => object.kind === 'ReplicaSet');
  return [workload, ...owned(workload, sets)].flatMap((owner) => owned(owner, pods));
}

function nameOf(pod: Pod): string {
  return `${pod.metadata.name} (${tagOf(pod.spec as Partial<Images>)})`;
}

function troubleOf(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'is ending';
  return collapseWhitespace(podFailure(pod)?.state ?? 'is not ready');
}

function releaseOf({ spec }: Workload): string {
  return tagOf((spec as { readonly template?: { readonly spec?: Partial<Images> } }).template?.spec);
}

/** The tag of the first image: `v1.2.3`. */
function tagOf(spec: Partial<Images> | undefined): string {
  return /:([^:/@]+)(@.*)?$/.exec(spec?.containers?.[0]?.image ?? '')?.[1] ?? 'an unknown image';
}

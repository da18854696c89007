import type { KubeObject } from '../objects';
import type { Workload } from '../workloads';
import { type Client, Exit, pathFor, Refusal } from './client';
import { isComplete } from './kubectl-pods';
import { present, threeWayPatch } from './three-way';

/** Helm's own order of kinds; those that it does not know come last. */
const order = [
  'PriorityClass',
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
];

/** Objects in the order in which Helm creates them. */
export function inOrder(objects: readonly KubeObject[]): KubeObject[] {
  const rank = ({ kind }: KubeObject) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return [...objects].sort((left, right) => rank(left) - rank(right));
}

/** The release that objects belong to. */
export interface Owner {
  readonly name: string;
  readonly namespace: string;
}

const ownerLabel = 'app.kubernetes.io/managed-by';

function withOwner(object: KubeObject, { name, namespace }: Owner): KubeObject {
  const labels = { ...object.metadata.labels, [ownerLabel]: 'Helm' };
  const marks = { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': namespace };
  return {
    ...object,
    metadata: { ...object.metadata, labels, annotations: { ...object.metadata.annotations, ...marks } },
  };
}

async function pathOfObject(client: Client, object: KubeObject, { namespace }: Owner): Promise<string> {
  const kind = await client.kindOf(object);
  return pathFor(kind, object.metadata.namespace ?? namespace, object.metadata.name);
}

/** Refuses objects that somebody else made. @throws Exit */
export async function refuseForeign(client: Client, objects: readonly KubeObject[], owner: Owner, verb: string) {
  for (const object of objects) {
    const live = await present(client, await pathOfObject(client, object, owner));
    if (!live || live.metadata.annotations?.['meta.helm.sh/release-name'] === owner.name) continue;
    const { kind, metadata } = object;
    const managed = live.metadata.labels?.[ownerLabel];
    const label =
      managed === undefined
        ? `missing key "${ownerLabel}": must be set to "Helm"`
        : `key "${ownerLabel}" must equal "Helm": current value is "${managed}"`;
    const what = `${kind} "${metadata.name}" in namespace "${metadata.namespace ?? ''}"`;
    const cause = `exists and cannot be imported into the current release: invalid ownership metadata; label validation error: ${label}`;
    throw new Exit(1, `Error: Unable to continue with ${verb}: ${what} ${cause}`);
  }
}

/** Makes the objects what they should be; `before` is what the last revision said of them. */
export async function bring(
  client: Client,
  objects: readonly KubeObject[],
  before: readonly KubeObject[],
  owner: Owner,
) {
  for (const object of objects) {
    const kind = await client.kindOf(object);
    const namespace = object.metadata.namespace ?? owner.namespace;
    const path = pathFor(kind, namespace, object.metadata.name);
    const live = await present(client, path);
    const body = withOwner(object, owner);
    const old = before.find((one) => isSame(one, object));
    if (!live) await client.text(pathFor(kind, namespace), { method: 'POST', body });
    else {
      const patch = threeWayPatch(old ? withOwner(old, owner) : {}, body, live);
      const contentType = 'application/merge-patch+json';
      if (Object.keys(patch).length > 0) await client.text(path, { method: 'PATCH', body: patch, contentType });
    }
  }
}

/** Deletes objects, but those that are to be kept. */
export async function prune(client: Client, objects: readonly KubeObject[], owner: Owner): Promise<void> {
  for (const object of [...objects].reverse()) {
    const path = await pathOfObject(client, object, owner);
    const live = await present(client, path);
    if (!live || live.metadata.annotations?.['helm.sh/resource-policy'] === 'keep') continue;
    await client.text(path, { method: 'DELETE' }).catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.code !== 404) throw error;
    });
  }
}

/** Objects of one revision that another does not have. */
export function without(objects: readonly KubeObject[], others: readonly KubeObject[]): KubeObject[] {
  return objects.filter((object) => !others.some((other) => isSame(object, other)));
}

function isSame(left: KubeObject, right: KubeObject): boolean {
  const key = ({ apiVersion, kind, metadata }: KubeObject) =>
    [apiVersion, kind, metadata.namespace, metadata.name].join('/');
  return key(left) === key(right);
}

/** Milliseconds between two looks at what is waited for, and what each counts for. */
const [interval, counted] = [20, 50];

/**
 * Waits until workloads are complete and claims are bound; tells of what is not, when the time is over. Time is
 * counted in looks, not in what a busy machine takes for them.
 */
export async function ready(
  client: Client,
  objects: readonly KubeObject[],
  owner: Owner,
  milliseconds: number,
  stop?: AbortSignal,
): Promise<boolean> {
  let left = milliseconds;
  const waited = ['Deployment', 'StatefulSet', 'DaemonSet', 'PersistentVolumeClaim'];
  for (const object of objects.filter(({ kind }) => waited.includes(kind))) {
    const path = await pathOfObject(client, object, owner);
    while (!isReady(await client.json<Workload>(path))) {
      if (left <= 0) return false;
      left -= counted;
      if (stop?.aborted) throw new Exit(1, 'context canceled');
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
  }
  return true;
}

function isReady(object: Workload): boolean {
  return object.kind === 'PersistentVolumeClaim' ? object.status?.phase === 'Bound' : isComplete(object);
}

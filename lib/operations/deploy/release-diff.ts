import { addHelmMetadata, type HelmClient, helmFieldManager, type Revision } from '../../cluster/helm-client';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import { describeObject } from '../../cluster/kubernetes-types';
import type { KubernetesManifest } from '../../manifests/manifest';
import { parseManifests } from '../../manifests/yaml-documents';
import { OperationError } from '../../platform/errors';
import { isRetained } from './preflight/deploy-permissions';
import type { PreflightResult } from './preflight/preflight';

/** What a deploy would change. */
export interface ReleaseDiff {
  /** The output of `kubectl diff`. */
  readonly diff: string;
  /** A line for each object: `changes veza-staging Deployment/veza-backend-api`. */
  readonly objects: readonly string[];
}

/** The file of an object in the output of `kubectl diff`: `apps.v1.Deployment.veza-staging.veza-backend-api`. */
const objectFile = /(?:^|[./])v\d\w*\.(?<kind>[A-Z]\w*)\.(?<namespace>[^.\s]*)\.(?<name>\S+)$/;

/** How the comparison of a new object begins. */
const newObject = /^@@ -0,0 /m;

/**
 * Compares the objects of a release with the cluster and with the previous release. Helm removes objects and fields that
 * the previous release had, and the API server does not report those.
 */
export async function diffRelease(
  kubectl: KubernetesClient,
  { validated, unvalidated }: Pick<PreflightResult, 'validated' | 'unvalidated'>,
  { release, released }: { readonly release: string; readonly released: readonly KubernetesManifest[] },
): Promise<ReleaseDiff> {
  const diff = await kubectl.diff(addHelmMetadata(validated, release), helmFieldManager);
  const changes = new Map(parseDiff(diff));
  if (diff !== '' && changes.size === 0) {
    throw new OperationError([`cannot read the output of kubectl diff: ${JSON.stringify(diff.slice(0, 80))}`]);
  }
  const previous = new Map(released.map((object) => [keyOf(object), object]));
  const next = new Set([...validated, ...unvalidated].map(keyOf));
  const lines = validated.flatMap((object) =>
    describeChange(object, changes.get(describeObject(object)), previous.get(keyOf(object))),
  );
  const gone = released.filter((object) => !next.has(keyOf(object)));
  const removals = gone.map((object) => `${isRetained(object) ? 'retains' : 'removes'} ${describeObject(object)}`);
  return { diff, objects: [...lines, ...removals] };
}

/** Splits the output of `kubectl diff` into the objects it is about, each with `adds` or `changes`. */
function parseDiff(diff: string): [label: string, verb: string][] {
  return diff.split(/^(?=diff )/m).flatMap((comparison) => {
    const [head = ''] = comparison.split('\n', 1);
    const { kind = '', namespace = '', name = '' } = objectFile.exec(head)?.groups ?? {};
    if (kind === '') return [];
    const verb = newObject.test(comparison) ? 'adds' : 'changes';
    return [[describeObject({ kind, metadata: { namespace, name } }), verb]];
  });
}

function describeChange(
  object: KubernetesManifest,
  verb: string | undefined,
  previous: KubernetesManifest | undefined,
): string[] {
  // An object that does not exist is created as it is, whatever the previous release stated.
  const removed = previous && verb !== 'adds' ? listRemovedFields(previous, object) : [];
  if (removed.length > 0) return [`changes ${describeObject(object)} and removes ${removed.join(', ')}`];
  return verb === undefined ? [] : [`${verb} ${describeObject(object)}`];
}

/** Identifies an object as Helm does: by its API group, not by the version of that. */
function keyOf(object: KubernetesManifest): string {
  const [group] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
  return `${group} ${describeObject(object)}`;
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields by which the API identifies elements of a list. A list whose elements have none of them is a single value. */
const elementKeys = ['mountPath', 'topologyKey', 'name'] as const;

/**
 * Lists the paths that one version of an object has and the next has not: `spec.containers[api].env[DEBUG]`. Paths whose
 * value changed are not among them.
 */
export function listRemovedFields(before: unknown, after: unknown, path = ''): string[] {
  const [previous, next] = [childrenOf(before, path), childrenOf(after, path)];
  if (!previous || !next) return [];
  return [...previous].flatMap(([child, value]) =>
    next.has(child) ? listRemovedFields(value, next.get(child), child) : [child],
  );
}

/** The values in an object or a list by their paths; undefined for a single value. */
function childrenOf(value: unknown, path: string): Map<string, unknown> | undefined {
  if (Array.isArray(value)) return elementsOf(value, path);
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(Object.entries(value).map(([key, child]) => [path === '' ? key : `${path}.${key}`, child]));
}

function elementsOf(list: readonly unknown[], path: string): Map<string, unknown> | undefined {
  const named = list.map((element) => [`${path}[${elementName(element)}]`, element] as const);
  return list.every((element) => elementName(element) !== undefined) ? new Map(named) : undefined;
}

function elementName(element: unknown): unknown {
  if (typeof element !== 'object' || element === null) return undefined;
  const key = elementKeys.find((candidate) => (element as Fields)[candidate] !== undefined);
  return key && (element as Fields)[key];
}

/** The revision that Helm compares the next one with: the deployed one, or else the last attempt. */
export function findBase(history: readonly Revision[]): Revision | undefined {
  return history.filter(({ status }) => status === 'deployed').at(-1) ?? history.at(-1);
}

/** Reads the objects of the revision that Helm compares the next one with. */
export async function readDeployedObjects(
  helm: HelmClient,
  history: readonly Revision[],
): Promise<KubernetesManifest[]> {
  const base = findBase(history);
  if (!base) return [];
  return parseManifests(await helm.manifest(base.revision));
}

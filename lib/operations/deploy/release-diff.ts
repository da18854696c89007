import { parseAllDocuments } from 'yaml';
import { type HelmClient, helmFieldManager, type Revision } from '../../cluster/helm-client';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import type { KubernetesManifest } from '../../manifests/manifest';
import { OperationError } from '../../platform/errors';
import { withHelmMetadata } from './helm-chart';
import { isRetained } from './preflight/deploy-permissions';
import type { Preflight } from './preflight/preflight';

/** What a deploy would change. */
export interface ReleaseDiff {
  /** kubectl's own account of it, line by line. */
  readonly diff: string;
  /** A line for each object: `changes veza-staging Deployment/veza-backend-api`. */
  readonly objects: readonly string[];
}

/** The file of an object in kubectl's comparison: `apps.v1.Deployment.veza-staging.veza-backend-api`. */
const objectFile = /(?:^|[./])v\d\w*\.(?<kind>[A-Z]\w*)\.(?<namespace>[^.\s]*)\.(?<name>\S+)$/;

/** How a comparison begins where nothing was before. */
const fromNothing = /^@@ -0,0 /m;

/**
 * Compares the objects of a release with what the cluster has of them, and with the release before: the server does not
 * tell of objects and fields that a release no longer has, and Helm removes them.
 */
export async function diffRelease(
  kubectl: KubernetesClient,
  { validated: tried, unvalidated: untried }: Preflight,
  { release, released }: { readonly release: string; readonly released: readonly KubernetesManifest[] },
): Promise<ReleaseDiff> {
  const diff = await kubectl.diff(withHelmMetadata(tried, release), helmFieldManager);
  const found = new Map(parseDiff(diff));
  if (diff !== '' && found.size === 0) {
    throw new OperationError([`kubectl diff names no object: ${JSON.stringify(diff.slice(0, 80))}; see what it says`]);
  }
  const old = new Map(released.map((object) => [identityOf(object), object]));
  const next = new Set([...tried, ...untried].map(identityOf));
  const lines = tried.flatMap((object) =>
    describeChange(object, found.get(nameOf(object)), old.get(identityOf(object))),
  );
  const gone = released.filter((object) => !next.has(identityOf(object)));
  const leaving = gone.map((object) => `${isRetained(object) ? 'leaves' : 'removes'} ${nameOf(object)}`);
  return { diff, objects: [...lines, ...leaving] };
}

/** What becomes of each object that an account is about. */
function parseDiff(diff: string): [name: string, verb: string][] {
  return diff.split(/^(?=diff )/m).flatMap((comparison) => {
    const [head = ''] = comparison.split('\n', 1);
    const { kind = '', namespace = '', name = '' } = objectFile.exec(head)?.groups ?? {};
    if (kind === '') return [];
    const verb = fromNothing.test(comparison) ? 'adds' : 'changes';
    return [[nameOf({ kind, metadata: { namespace, name } }), verb]];
  });
}

function describeChange(
  object: KubernetesManifest,
  verb: string | undefined,
  old: KubernetesManifest | undefined,
): string[] {
  // What is not there is made anew, whatever it was in the release before.
  const lost = old && verb !== 'adds' ? removedFields(old, object) : [];
  if (lost.length > 0) return [`changes ${nameOf(object)}, and drops ${lost.join(', ')}`];
  return verb === undefined ? [] : [`${verb} ${nameOf(object)}`];
}

type Named = Pick<KubernetesManifest, 'kind'> & {
  readonly metadata: Pick<KubernetesManifest['metadata'], 'name' | 'namespace'>;
};

function nameOf({ kind, metadata: { namespace = '', name } }: Named): string {
  return `${namespace === '' ? '' : `${namespace} `}${kind}/${name}`;
}

/** What makes two objects the same one to Helm: the version of their API may change. */
function identityOf(object: KubernetesManifest): string {
  const [group] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
  return `${group} ${nameOf(object)}`;
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields by which the API tells elements of a list apart. A list whose elements have none of them is one value to it. */
const keys = ['mountPath', 'topologyKey', 'name'] as const;

/**
 * Paths of what one version of an object says and the next says no longer: `spec.containers[api].env[DEBUG]`. Values that
 * are others now are not among them.
 */
export function removedFields(before: unknown, after: unknown, path = ''): string[] {
  const [old, next] = [childrenOf(before, path), childrenOf(after, path)];
  if (!old || !next) return [];
  return [...old].flatMap(([place, value]) =>
    next.has(place) ? removedFields(value, next.get(place), place) : [place],
  );
}

/** What is in an object or a list, by its path; nothing where a value has no parts of its own. */
function childrenOf(value: unknown, path: string): Map<string, unknown> | undefined {
  if (Array.isArray(value)) return elementsOf(value, path);
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(Object.entries(value).map(([key, child]) => [path === '' ? key : `${path}.${key}`, child]));
}

function elementsOf(list: readonly unknown[], path: string): Map<string, unknown> | undefined {
  const named = list.map((element) => [`${path}[${nameOfLostFields(element)}]`, element] as const);
  return list.every((element) => nameOfLostFields(element) !== undefined) ? new Map(named) : undefined;
}

function nameOfLostFields(element: unknown): unknown {
  if (typeof element !== 'object' || element === null) return undefined;
  const key = keys.find((candidate) => (element as Fields)[candidate] !== undefined);
  return key && (element as Fields)[key];
}

/** The revision that Helm compares the next one with: what was deployed last, or else what was tried last. */
export function baseOf(history: readonly Revision[]): Revision | undefined {
  return history.filter(({ status }) => status === 'deployed').at(-1) ?? history.at(-1);
}

/** Objects of the revision that Helm compares the next one with. */
export async function deployedObjects(helm: HelmClient, history: readonly Revision[]): Promise<KubernetesManifest[]> {
  const base = baseOf(history);
  if (!base) return [];
  const documents = parseAllDocuments(await helm.manifest(base.revision));
  return documents.flatMap((document) => (document.toJS() as KubernetesManifest | null) ?? []);
}

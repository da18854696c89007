import type { SynthesizedObject } from '../../manifests';
import { FailedError } from '../../problems';
import type { Kubectl } from '../kubectl';
import { asDocuments, fieldManager } from '../preflight/dry-run';
import type { Preflight } from '../preflight/preflight';
import { isKept } from '../preflight/rights';
import { asHelmWrites } from './helm-metadata';
import { lostFields } from './lost-fields';

/** What a deploy would change. */
export interface Changes {
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
export async function changesOf(
  kubectl: Kubectl,
  { tried, untried }: Preflight,
  { release, released }: { readonly release: string; readonly released: readonly SynthesizedObject[] },
): Promise<Changes> {
  const diff = await differences(kubectl, asHelmWrites(tried, release));
  const found = new Map(comparisonsOf(diff));
  if (diff !== '' && found.size === 0) {
    throw new FailedError([`kubectl diff names no object: ${JSON.stringify(diff.slice(0, 80))}; see what it says`]);
  }
  const old = new Map(released.map((object) => [identityOf(object), object]));
  const next = new Set([...tried, ...untried].map(identityOf));
  const lines = tried.flatMap((object) => lineOf(object, found.get(nameOf(object)), old.get(identityOf(object))));
  const gone = released.filter((object) => !next.has(identityOf(object)));
  const leaving = gone.map((object) => `${isKept(object) ? 'leaves' : 'removes'} ${nameOf(object)}`);
  return { diff, objects: [...lines, ...leaving] };
}

/** kubectl's account of it. It is read, so that it has to be in the one form that is known. */
function differences(kubectl: Kubectl, objects: readonly SynthesizedObject[]): Promise<string> {
  const flags = ['--server-side', '--force-conflicts', fieldManager, '--filename=-'];
  return kubectl.diff(flags, { input: asDocuments(objects), without: /^KUBECTL_EXTERNAL_DIFF$/ });
}

/** What becomes of each object that an account is about. */
function comparisonsOf(diff: string): [name: string, verb: string][] {
  return diff.split(/^(?=diff )/m).flatMap((comparison) => {
    const [head = ''] = comparison.split('\n', 1);
    const { kind = '', namespace = '', name = '' } = objectFile.exec(head)?.groups ?? {};
    if (kind === '') return [];
    const verb = fromNothing.test(comparison) ? 'adds' : 'changes';
    return [[nameOf({ kind, metadata: { namespace, name } }), verb]];
  });
}

function lineOf(object: SynthesizedObject, verb: string | undefined, old: SynthesizedObject | undefined): string[] {
  // What is not there is made anew, whatever it was in the release before.
  const lost = old && verb !== 'adds' ? lostFields(old, object) : [];
  if (lost.length > 0) return [`changes ${nameOf(object)}, and drops ${lost.join(', ')}`];
  return verb === undefined ? [] : [`${verb} ${nameOf(object)}`];
}

type Named = Pick<SynthesizedObject, 'kind'> & {
  readonly metadata: Pick<SynthesizedObject['metadata'], 'name' | 'namespace'>;
};

function nameOf({ kind, metadata: { namespace = '', name } }: Named): string {
  return `${namespace === '' ? '' : `${namespace} `}${kind}/${name}`;
}

/** What makes two objects the same one to Helm: the version of their API may change. */
function identityOf(object: SynthesizedObject): string {
  const [group] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
  return `${group} ${nameOf(object)}`;
}

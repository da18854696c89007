import type { SynthesizedObject } from '../../manifests';
import { type Kubectl, troubleOf } from '../kubectl';
import { asDocuments, fieldManager } from '../preflight/dry-run';

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

/** Compares objects with what the cluster has of them. */
export async function changesOf(kubectl: Kubectl, objects: readonly SynthesizedObject[]): Promise<Changes> {
  const flags = ['--server-side', '--force-conflicts', fieldManager];
  const answer = await kubectl.ask(['diff', ...flags, '--filename=-'], { input: asDocuments(objects) });
  // kubectl's word for "there are differences" is 1; only above that did something go wrong.
  if (answer.status > 1 || (answer.status === 1 && answer.stdout === '')) throw troubleOf('kubectl diff', answer);
  return { diff: answer.stdout, objects: answer.stdout.split(/^(?=diff )/m).flatMap(lineOf) };
}

function lineOf(comparison: string): string[] {
  const [head = ''] = comparison.split('\n', 1);
  const { kind, namespace, name } = objectFile.exec(head)?.groups ?? {};
  if (kind === undefined) return [];
  const verb = fromNothing.test(comparison) ? 'adds' : 'changes';
  return [`${verb} ${namespace === '' ? '' : `${namespace} `}${kind}/${name}`];
}

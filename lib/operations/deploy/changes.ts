import type { SynthesizedObject } from '../../manifests';
import { type Kubectl, troubleOf } from '../kubectl';
import { asList, fieldManager } from '../preflight/dry-run';

/** What a deploy would change. */
export interface Changes {
  /** kubectl's own account of it, line by line. */
  readonly diff: string;
  /** Objects that it is about: `Deployment/veza-backend-api`. */
  readonly objects: readonly string[];
}

/** The file of an object in kubectl's comparison: `apps.v1.Deployment.veza-staging.veza-backend-api`. */
const objectFile = /(?:^|[./])v\d\w*\.(?<kind>[A-Z]\w*)\.[^.\s]*\.(?<name>\S+)$/;

/** Compares objects with what the cluster has of them. */
export async function changesOf(kubectl: Kubectl, objects: readonly SynthesizedObject[]): Promise<Changes> {
  const flags = ['--server-side', '--force-conflicts', fieldManager];
  const answer = await kubectl.ask(['diff', ...flags, '--filename=-'], { input: asList(objects) });
  // kubectl's word for "there are differences" is 1; only above that did something go wrong.
  if (answer.status > 1 || (answer.status === 1 && answer.stdout === '')) throw troubleOf('kubectl diff', answer);
  return { diff: answer.stdout, objects: answer.stdout.split('\n').flatMap(objectOf) };
}

function objectOf(line: string): string[] {
  const { kind, name } = (line.startsWith('diff ') && objectFile.exec(line)?.groups) || {};
  return kind === undefined ? [] : [`${kind}/${name}`];
}

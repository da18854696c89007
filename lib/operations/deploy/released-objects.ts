import { parseAllDocuments } from 'yaml';
import type { SynthesizedObject } from '../../manifests';
import type { Helm, Revision } from '../helm';

/** The revision that Helm compares the next one with: what was deployed last, or else what was tried last. */
export function baseOf(history: readonly Revision[]): Revision | undefined {
  return history.filter(({ status }) => status === 'deployed').at(-1) ?? history.at(-1);
}

/** Objects of the revision that Helm compares the next one with. */
export async function releasedObjects(helm: Helm, history: readonly Revision[]): Promise<SynthesizedObject[]> {
  const base = baseOf(history);
  if (!base) return [];
  const documents = parseAllDocuments(await helm.manifest(base.revision));
  return documents.flatMap((document) => (document.toJS() as SynthesizedObject | null) ?? []);
}

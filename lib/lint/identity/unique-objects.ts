import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { groupBy } from '../../manifests/group-by';
import { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule, Violation } from '../rule';

export const uniqueObjects: Rule = {
  name: 'unique-objects',
  class: 'broken',
  finds:
    'Two objects of the same kind, namespace and name. Equal ones in two files are left out, and so are two folders that have several in common.',
  why: 'The one that is applied later silently overwrites the earlier one.',
  fix: 'Rename one of the two objects, or remove it.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { LOG_LEVEL: info }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { LOG_LEVEL: debug }
`,
  *check(set) {
    // kustomize refuses two resources of one identity, and merges a patch into the object that it names.
    if (set.isKustomizeInput) return;
    const first = new Map<string, Manifest>();
    const repetitions: Repetition[] = [];
    for (const object of set.objects) {
      // Several files may each contain the Namespace that they need.
      if (object.name === '' || object.type === 'Namespace') continue;
      const id = `${object.type}/${object.namespace}/${object.name}`;
      const earlier = first.get(id);
      if (earlier === undefined) first.set(id, object);
      else repetitions.push({ earlier, object });
    }
    const byFiles = groupBy(repetitions, ({ earlier, object }) => `${set.fileOf(earlier)} ${set.fileOf(object)}`);
    for (const group of byFiles.values()) yield* repeated(set, group);
  },
};

interface Repetition {
  readonly earlier: Manifest;
  readonly object: Manifest;
}

/** Of two files that have several objects in common, one is for use instead of the other. */
function* repeated(set: ManifestSet, repetitions: readonly Repetition[]): Generator<Violation> {
  const [first] = repetitions;
  const files = first === undefined ? undefined : filesOf(set, first);
  if (first === undefined || files === undefined) {
    for (const { object } of repetitions) yield another(object);
    return;
  }
  // Files that each contain what they need repeat it, which changes nothing.
  const differing = repetitions.find(({ earlier, object }) => !isDeepStrictEqual(earlier.value, object.value));
  if (differing === undefined) return;
  if (repetitions.length === 1) yield another(differing.object);
  else if (dirname(files.earlier) === dirname(files.later)) yield commonObjects(differing.object, files, repetitions);
}

/** The two files of a repetition; undefined if they are one, or not known. */
function filesOf(set: ManifestSet, repetition: Repetition): Files | undefined {
  const [earlier, later] = [set.fileOf(repetition.earlier), set.fileOf(repetition.object)];
  return earlier === undefined || later === undefined || earlier === later ? undefined : { earlier, later };
}

interface Files {
  readonly earlier: string;
  readonly later: string;
}

function another(object: Manifest): Violation {
  return {
    at: object.at('metadata', 'name'),
    message: `there is another ${object.kind} "${object.name}" in the set`,
    remedy: 'rename one of the two, or remove it',
  };
}

function commonObjects(object: Manifest, { earlier, later }: Files, repetitions: readonly Repetition[]): Violation {
  return {
    at: object.at('metadata', 'name'),
    message: `${repetitions.length} objects are both in ${basename(earlier)} and in ${basename(later)}, such as this one`,
    remedy: 'apply one of the two files, or remove what it repeats',
  };
}

/** Only the reader of the files knows it. */
export const uniqueKeys: Rule = {
  name: 'unique-keys',
  class: 'broken',
  finds: 'A key that a mapping of a YAML file states twice.',
  why: 'kubectl takes the last value and silently drops the first; other tools refuse the file.',
  fix: 'Remove one of the two.',
  *check(_set, { duplicateKeys = [] }) {
    for (const { object, path } of duplicateKeys) {
      const at = new Manifest(object).at(...path);
      yield { at, message: 'the key is stated twice, and the last value applies', remedy: 'remove one of the two' };
    }
  },
};

import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../objects';

/** Objects of a YAML text; a `List` is what is in it. */
export function objectsOf(text: string): KubeObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as (KubeObject & { items?: KubeObject[] }) | null)
    .flatMap((object) => (object === null ? [] : (object.items ?? [object])));
}

/** Objects of a file; `-` is the standard input. */
export function objectsOfFile(file: string): KubeObject[] {
  return objectsOf(readFileSync(file === '-' ? 0 : file, 'utf8'));
}

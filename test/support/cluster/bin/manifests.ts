import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../objects';
import { io } from './io';

type Document = (KubeObject & { items?: KubeObject[] }) | null;

/** Objects of a text, as kubectl reads it: JSON, a line each, or YAML. A `List` is what is in it. */
export function objectsOf(text: string): KubeObject[] {
  const documents = /^\{.*\}\n\{/.test(text) ? text.trim().split('\n').map(parsedJson) : parsedYaml(text);
  return documents.flatMap((object) => (object === null ? [] : (object.items ?? [object])));
}

function parsedJson(line: string): Document {
  return JSON.parse(line) as Document;
}

function parsedYaml(text: string): Document[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as Document;
  });
}

/** Objects of a file; `-` is the standard input. */
export function objectsOfFile(file: string): KubeObject[] {
  return objectsOf(file === '-' ? io().input() : readFileSync(file, 'utf8'));
}

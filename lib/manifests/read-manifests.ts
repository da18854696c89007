import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { type Document, LineCounter, parseAllDocuments, type Tags } from 'yaml';

/** What was read from files and folders. */
export interface Reading {
  readonly files: readonly string[];
  readonly objects: readonly unknown[];
  /** What could not be read, as `file:line:column: reason`. */
  readonly problems: readonly string[];
}

const extensions = new Set(['.yaml', '.yml', '.json']);

/** Reads the objects of files, and of all files below folders. It reports what it cannot read, and reads on. */
export function readManifests(paths: readonly string[]): Reading {
  const problems: string[] = [];
  const report = (problem: string) => problems.push(problem);
  const files = [...new Set(paths.flatMap((path) => filesAt(path, report)))];
  const objects = files.flatMap((file) => objectsIn(file, report));
  if (problems.length === 0 && objects.length === 0) report(`${paths.join(', ')}: no Kubernetes objects here`);
  return { files, objects, problems };
}

type Report = (problem: string) => void;

function filesAt(path: string, report: Report): string[] {
  if (!existsSync(path)) {
    report(`${path}: no such file or folder`);
    return [];
  }
  return attempt(path, report, () => (statSync(path).isDirectory() ? filesBelow(path) : [path])) ?? [];
}

/** YAML and JSON files in the order of their names, without hidden folders. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name.startsWith('.') ? [] : filesBelow(path);
      return extensions.has(extname(entry.name)) ? [path] : [];
    });
}

function objectsIn(file: string, report: Report): unknown[] {
  const text = attempt(file, report, () => textOf(readFileSync(file)));
  if (text === undefined) return [];
  const lines = new LineCounter();
  const documents = attempt(file, report, () => parseAllDocuments(text, { ...kubernetesYaml, lineCounter: lines }));
  return [...(documents ?? [])].flatMap((document) => {
    const positionOf = (offset: number) => {
      const { line, col } = lines.linePos(offset);
      return `${file}:${line}:${col}`;
    };
    return objectOf(document, positionOf, report);
  });
}

/** As the API server's clients read YAML: version 1.1, but dates and times of day are strings. */
const kubernetesYaml = {
  version: '1.1',
  merge: true,
  prettyErrors: false,
  logLevel: 'silent',
  customTags: (tags: Tags): Tags =>
    tags.filter((tag) => typeof tag === 'string' || !(tag.tag.endsWith(':timestamp') || tag.format === 'TIME')),
} as const;

function objectOf(document: Document.Parsed, positionOf: (offset: number) => string, report: Report): unknown[] {
  const start = positionOf(document.contents?.range[0] ?? document.range[0]);
  for (const error of document.errors) report(`${positionOf(error.pos[0])}: ${reasonOf(error)}`);
  if (document.errors.length > 0) return [];
  const object: unknown = attempt(start, report, () => document.toJS());
  if (object === null || object === undefined) return [];
  if (typeof object === 'object' && ('kind' in object || 'apiVersion' in object)) return [object];
  report(`${start}: this is no Kubernetes object: it states neither apiVersion nor kind`);
  return [];
}

function textOf(bytes: Buffer): string {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (text.includes('\0')) throw new Error('a binary file');
  return text;
}

function attempt<T>(where: string, report: Report, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    report(`${where}: ${reasonOf(error)}`);
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  if (/call stack/.test(error.message)) return 'nested too deeply';
  if ('code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'not a text file in UTF-8';
  if ('code' in error && error.code === 'EACCES') return 'no permission to read it';
  return error.message;
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { isNativeError } from 'node:util/types';
import { isMapping } from './cursor';
import { kubernetesYaml, parseYaml, splitDocuments } from './kubernetes-yaml';
import { findForeignReason, findPlaceholder } from './manifest';
import {
  type DuplicateKey,
  findDuplicateKeys,
  findSyntaxProblems,
  LineStarts,
  rewordYamlError,
  splitJson,
  toObject,
} from './yaml-documents';

/** The text that an object was read from, as it was decoded and parsed: its lines are those of the file. */
export interface ObjectSource {
  readonly file: string;
  /** A part of the file, in which the object stands from `start` to `end`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Lines of the file in front of the part. */
  readonly linesBefore: number;
}

/** What was read from files and folders. */
export interface Reading {
  readonly files: readonly string[];
  /** Paths that do not exist. */
  readonly missing: readonly string[];
  readonly objects: readonly unknown[];
  /** Where each of the objects was read. */
  readonly sources: ReadonlyMap<unknown, ObjectSource>;
  /** Keys that a mapping states twice: kubectl takes the last value. */
  readonly duplicateKeys: readonly DuplicateKey[];
  /** Documents that could not be read, or are no Kubernetes objects, as `file:line:column: reason`. */
  readonly problems: readonly string[];
}

const extensions = new Set(['.yaml', '.yml', '.json']);

/** The path that stands for the standard input, and the name that findings give it. */
const standardInput = { path: '-', file: 'stdin' } as const;

export function includesStandardInput(paths: readonly string[]): boolean {
  return paths.includes(standardInput.path);
}

/** Names of the file that makes a folder the input of kustomize. */
const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Whether the files are the input of kustomize, and not what it writes: its own file is next to them, or a folder above. */
export function isKustomizeInput({ files }: Pick<Reading, 'files'>): boolean {
  const folders = new Set(files.filter((file) => file !== standardInput.file).map((file) => dirname(resolve(file))));
  const places = new Set([...folders].flatMap((folder) => [folder, dirname(folder)]));
  return [...places].some((place) => kustomizationNames.some((name) => existsSync(join(place, name))));
}

/**
 * Reads the objects of files, of all files below folders, and of the standard input where `-` is a path.
 * It reports what it cannot read, and reads on.
 */
export function readManifests(paths: readonly string[], stdin: Uint8Array = new Uint8Array()): Reading {
  const problems: string[] = [];
  const report = (problem: string) => problems.push(problem);
  const named = paths.filter((path) => path !== standardInput.path);
  const files = [...new Set(named.flatMap((path) => filesAt(path, report)))];
  const duplicates: DuplicateKey[] = [];
  const sources = new Map<unknown, ObjectSource>();
  const read = (file: string, bytesOf: () => Uint8Array) => {
    const text = attempt(file, report, () => textOf(bytesOf()));
    const objects = text === undefined ? [] : objectsIn(file, text, report, duplicates);
    for (const { object, source } of objects) sources.set(object, source);
  };
  if (includesStandardInput(paths)) read(standardInput.file, () => stdin);
  for (const file of files) read(file, () => readFileSync(file));
  if (problems.length === 0 && sources.size === 0) report(`${paths.join(', ')}: no Kubernetes objects here`);
  return {
    files: includesStandardInput(paths) ? [standardInput.file, ...files] : files,
    objects: [...sources.keys()],
    sources,
    missing: named.filter((path) => !existsSync(path)),
    duplicateKeys: duplicates,
    problems,
  };
}

interface ReadObject {
  readonly object: unknown;
  readonly source: ObjectSource;
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
      // Reading a pipe would wait for whatever writes to it.
      const isFile = entry.isFile() || entry.isSymbolicLink();
      return isFile && extensions.has(extname(entry.name)) ? [path] : [];
    });
}

function objectsIn(file: string, stated: string, report: Report, duplicates: DuplicateKey[]): ReadObject[] {
  const stream = splitJson(stated);
  if (stream !== undefined) {
    const objects = stream.filter(({ object }) => isObject(object, file, report));
    return objects.map(({ object, start, end }) => ({
      object,
      source: { file, text: stated, start, end, linesBefore: 0 },
    }));
  }
  let linesBefore = 0;
  return splitDocuments(stated).flatMap((documentText) => {
    const part = { file, text: documentText, linesBefore };
    linesBefore += documentText.split('\n').length - 1;
    return objectsInDocuments(part, report, duplicates);
  });
}

type TextPart = Pick<ObjectSource, 'file' | 'text' | 'linesBefore'>;

function objectsInDocuments(stated: TextPart, report: Report, duplicates: DuplicateKey[]): ReadObject[] {
  const { file, linesBefore } = stated;
  const parsed = attempt(file, report, () => parseYaml(stated.text, kubernetesYaml));
  if (parsed === undefined) return [];
  const { text, documents } = parsed;
  const lines = new LineStarts(text);
  const wrong = documents.findIndex((document) => findSyntaxProblems(document, text).length > 0);
  // What the parser makes of the text behind an error are no documents.
  const read = wrong < 0 ? documents : documents.slice(0, wrong + 1);
  return read.flatMap((document) => {
    const positionOf = (offset: number) => {
      const { line, column } = lines.positionOf(offset);
      return `${file}:${linesBefore + line}:${column}`;
    };
    const problems = findSyntaxProblems(document, text);
    for (const { offset, reason } of problems) report(`${positionOf(offset)}: ${reason}`);
    if (problems.length > 0) return [];
    const position = positionOf(document.contents?.range[0] ?? document.range[0]);
    const object = asKustomization(
      file,
      attempt(position, report, () => toObject(document, text)),
    );
    if (object === null || object === undefined || !isObject(object, position, report)) return [];
    duplicates.push(...findDuplicateKeys(document, object));
    const [start, , end] = document.range;
    return [{ object, source: { file, text, start, end, linesBefore } }];
  });
}

function isObject(value: unknown, where: string, report: Report): boolean {
  const otherFormat = findForeignReason(value);
  if (otherFormat !== undefined) report(`${where}: not a Kubernetes object: ${otherFormat}`);
  const placeholder = otherFormat === undefined ? findPlaceholder(value) : undefined;
  if (placeholder !== undefined) report(`${where}: this is a template: replace ${placeholder} first`);
  return otherFormat === undefined && placeholder === undefined;
}

/** The file of kustomize itself may leave out of which kind it is. */
function asKustomization(file: string, object: unknown): unknown {
  if (!kustomizationNames.includes(basename(file)) || !isMapping(object) || 'apiVersion' in object) return object;
  return Object.assign(object, { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: object.kind ?? 'Kustomization' });
}

/** Decodes a file; editors of Windows write UTF-16, and a byte order mark at the start of each joined file. */
function textOf(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding, { fatal: true }).decode(bytes).replace(/^\uFEFF/gm, '');
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
  if ('code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'not a text file in UTF-8';
  if ('code' in error && error.code === 'EACCES') return 'no permission to read it';
  return rewordYamlError(error.message);
}

import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { KubernetesManifest } from '../manifests/manifest';
import { parseManifests } from '../manifests/yaml-documents';
import type { Environment } from '../platform/environment';
import { UsageError, ValidationError } from '../platform/errors';
import { environmentFiles } from './environment-charts';

/** A file to write, whole. */
export interface OutputFile {
  /** Where it is written, relative to the working directory. */
  readonly path: string;
  /** Its text. */
  readonly content: string;
  /** Whether its owner alone may read it. */
  readonly secret: boolean;
}

/**
 * Name of a folder that files are written to.
 * @internal
 */
export const folderName = z.string().regex(/\S/, 'is empty; name a folder');

/**
 * Writes files and then removes stale ones. One that has its text already is left as it is, unless it is secret: then its
 * mode may be wrong.
 * Each is written to a temporary file, and all are renamed once every one is complete: a full disk or a missing permission
 * leaves the old files unchanged.
 * @throws ValidationError if a path cannot be written
 */
export function writeFiles(files: readonly OutputFile[], stale: readonly string[]): void {
  const changed = files.filter(({ path, content, secret }) => secret || readIfPresent(path) !== content);
  const temporaryFiles: string[] = [];
  try {
    for (const file of changed) {
      writeTemporary(file);
      temporaryFiles.push(temporary(file.path));
    }
    for (const { path } of changed) renameSync(temporary(path), path);
    for (const path of stale) rmSync(path, { force: true });
  } catch (error) {
    for (const path of temporaryFiles) rmSync(path, { force: true });
    throw isSystemError(error)
      ? new ValidationError([`${error.message}; make the path writable or choose another`])
      : error;
  }
}

/** The text of a file that a synth may have written; empty if there is none that can be read. */
export function readIfPresent(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isSystemError(error)) return '';
    throw error;
  }
}

function writeTemporary({ path, content, secret }: OutputFile): void {
  if (existsSync(path) && lstatSync(path).isDirectory()) throw new ValidationError([`${path}: is a folder; remove it`]);
  makeFolder(dirname(path), secret ? 0o700 : 0o777);
  rmSync(temporary(path), { force: true });
  writeFileSync(temporary(path), content, { mode: secret ? 0o600 : 0o666 });
}

/** Makes a folder and those above it. Node's own recursive mkdir never ends where the system says ENOENT, as in /proc. */
function makeFolder(path: string, mode: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path), mode);
  mkdirSync(path, { mode });
}

function temporary(path: string): string {
  return `${path}.new`;
}

/** Whether the system refused a call; its errors are not of this realm where a test runs. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

interface SynthesizedFile {
  readonly path: string;
  readonly objects: readonly KubernetesManifest[];
}

/**
 * Reads the files of an environment in `dist/`.
 * @throws UsageError if one does not exist
 */
export function readSynthesizedFiles(environment: Environment): SynthesizedFile[] {
  const paths = environmentFiles(environment).map((file) => `dist/${file}.k8s.yaml`);
  for (const path of paths) {
    if (!existsSync(path)) throw new UsageError(`${path} does not exist; run npx veza synth first`);
  }
  return paths.map((path) => ({ path, objects: parseManifests(readFileSync(path, 'utf8')) }));
}

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file to write, whole. */
export interface OutputFile {
  readonly path: string;
  readonly content: string;
  /** Whether its owner alone may read it. */
  readonly secret: boolean;
}

/**
 * Writes files, all of them or none: each beside its place first, and into place only when every one is written.
 */
export function writeFiles(files: readonly OutputFile[]): void {
  try {
    for (const file of files) writeBeside(file);
  } catch (error) {
    for (const { path } of files) rmSync(temporary(path), { force: true });
    throw error;
  }
  for (const { path } of files) renameSync(temporary(path), path);
}

function writeBeside({ path, content, secret }: OutputFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: secret ? 0o700 : 0o777 });
  rmSync(temporary(path), { force: true });
  writeFileSync(temporary(path), content, { mode: secret ? 0o600 : 0o666, flag: 'wx' });
}

function temporary(path: string): string {
  return `${path}.new`;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../../support/program';
import { runCli, vezaProject } from './call-veza';
import { TestSystem } from './test-system';

/** Works in an empty folder, which is the working directory meanwhile and is deleted afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'veza-folder-'));
  process.chdir(folder);
  try {
    return await work(folder);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}

/** Runs `veza` in the working directory with these environment variables. @default args - none, which synthesizes */
export async function runWith(
  variables: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  project = vezaProject,
): Promise<Outcome> {
  const { status, out, err } = await runCli(args, new TestSystem({ variables }), project);
  return { status, stdout: linesOf(out), stderr: linesOf(err) };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from './manifests';

/** The command that writes every committed file that is made from the sources. */
export const renewal = 'npm run renew';

/**
 * Holds committed files against what the sources make of them now.
 * @param files content of each, by its path in the project
 * @throws Error that names the files that differ, the first line in which each does, and the command that renews them
 */
export function expectCommitted(files: Readonly<Record<string, string>>): void {
  const differing = Object.entries(files).flatMap(([path, content]) => difference(path, content));
  if (differing.length > 0)
    throw new Error([...differing, `read the change, then write it with: ${renewal}`].join('\n'));
}

function difference(path: string, content: string): string[] {
  const place = join(project, path);
  if (!existsSync(place)) return [`${path} is not committed`];
  const [committed, made] = [readFileSync(place, 'utf8'), content].map((text) => text.split('\n'));
  const line = made?.findIndex((text, index) => text !== committed?.[index]) ?? -1;
  if (line < 0 && made?.length === committed?.length) return [];
  const at = line < 0 ? (made?.length ?? 0) : line;
  return [`${path}:${at + 1}: ${JSON.stringify(committed?.[at])} is committed, ${JSON.stringify(made?.[at])} is made`];
}

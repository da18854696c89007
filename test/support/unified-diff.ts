import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { KubernetesManifest } from '../../lib/manifests/manifest';

/** What `kubectl diff` prints of one object; empty if its two versions are equal. @param before undefined if it is new */
export function unifiedDiff(
  { apiVersion, kind, metadata: { namespace = '', name } }: KubernetesManifest,
  before: object | undefined,
  after: object,
): string {
  if (before !== undefined && isDeepStrictEqual(before, after)) return '';
  const file = `${apiVersion.replace('/', '.')}.${kind}.${namespace}.${name}`;
  const next = stringify(after, { aliasDuplicateObjects: false, sortMapEntries: true });
  if (before === undefined) return diffFromNothing(file, next);
  const folder = mkdtempSync(join(tmpdir(), 'diff-'));
  try {
    const [live, merged] = [join(folder, 'LIVE'), join(folder, 'MERGED')];
    for (const side of [live, merged]) mkdirSync(side);
    writeFileSync(join(live, file), stringify(before, { aliasDuplicateObjects: false, sortMapEntries: true }));
    writeFileSync(join(merged, file), next);
    return spawnSync('diff', ['-u', '-N', '-r', live, merged], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `diff -u -N` prints of a new file, without a process for each of the hundred objects of a first deploy. */
function diffFromNothing(file: string, content: string): string {
  const lines = content.trimEnd().split('\n');
  const head = [
    `diff -u -N -r /tmp/LIVE/${file} /tmp/MERGED/${file}`,
    `--- /tmp/LIVE/${file}`,
    `+++ /tmp/MERGED/${file}`,
  ];
  return `${[...head, `@@ -0,0 +1,${lines.length} @@`, ...lines.map((line) => `+${line}`)].join('\n')}\n`;
}

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { KubernetesManifest } from '../../lib/manifests/manifest';

/** What `kubectl diff` prints of one object; empty if its two versions are equal. @param before undefined if it is new */
export function unifiedDiff(
  { apiVersion, kind, metadata: { namespace = '', name } }: KubernetesManifest,
  before: object | undefined,
  after: object,
): string {
  const [old, next] = [before === undefined ? '' : stringify(before), stringify(after)];
  if (old === next) return '';
  const folder = mkdtempSync(join(tmpdir(), 'diff-'));
  try {
    const [live, merged] = [join(folder, 'LIVE'), join(folder, 'MERGED')];
    for (const side of [live, merged]) mkdirSync(side);
    const file = `${apiVersion.replace('/', '.')}.${kind}.${namespace}.${name}`;
    if (before !== undefined) writeFileSync(join(live, file), old);
    writeFileSync(join(merged, file), next);
    return spawnSync('diff', ['-u', '-N', '-r', live, merged], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

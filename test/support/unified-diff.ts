import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { KubernetesManifest } from '../../lib/manifests/manifest';

/** An object as it is and as it would be. */
export interface ObjectChange {
  readonly object: KubernetesManifest;
  /** Undefined if the object is new. */
  readonly before: object | undefined;
  readonly after: object;
}

/** What `kubectl diff` prints of some objects, one after the other: nothing of those whose two versions are equal. */
export function unifiedDiffs(changes: readonly ObjectChange[]): string {
  const differing = changes.filter(({ before, after }) => before === undefined || !isDeepStrictEqual(before, after));
  const changed = differing.filter(({ before }) => before !== undefined);
  const diffs = diffsOfChanged(changed);
  return differing
    .map((change) => {
      const file = fileName(change.object);
      return change.before === undefined ? diffFromNothing(file, yamlOf(change.after)) : (diffs.get(file) ?? '');
    })
    .join('');
}

/** What one `diff` of all files prints, by file. */
function diffsOfChanged(changes: readonly ObjectChange[]): ReadonlyMap<string, string> {
  if (changes.length === 0) return new Map();
  const folder = mkdtempSync(join(tmpdir(), 'diff-'));
  try {
    const [live, merged] = [join(folder, 'LIVE'), join(folder, 'MERGED')];
    for (const side of [live, merged]) mkdirSync(side);
    for (const { object, before, after } of changes) {
      writeFileSync(join(live, fileName(object)), yamlOf(before));
      writeFileSync(join(merged, fileName(object)), yamlOf(after));
    }
    const { stdout } = spawnSync('diff', ['-u', '-N', '-r', live, merged], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    const heads = `diff -u -N -r ${live}/`;
    return new Map(
      stdout
        .split(new RegExp(`^(?=${heads})`, 'm'))
        .map((text) => [text.slice(heads.length, text.indexOf(' ', heads.length)), text]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fileName({ apiVersion, kind, metadata: { namespace = '', name } }: KubernetesManifest): string {
  return `${apiVersion.replace('/', '.')}.${kind}.${namespace}.${name}`;
}

function yamlOf(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, sortMapEntries: true });
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

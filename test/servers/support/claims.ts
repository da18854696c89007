import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What stands for claimed volumes and was not removed. A suite that fails leaves nothing in memory. */
const claims = new Set<string>();
process.on('exit', () => {
  for (const claim of claims) removeClaim(claim);
});

/**
 * Makes an empty directory that stands for a claimed volume. It is in memory: a disk makes starts and removals slow, and on
 * a slow one a server holds back acknowledged writes of its append-only file for two seconds, which a kill then loses.
 */
export function makeClaim(): string {
  const claim = mkdtempSync(join(tmpdir(), 'claim-'));
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', claim]);
  claims.add(claim);
  return claim;
}

/** Removes what stands for a claimed volume, also if something still uses it. */
export function removeClaim(claim: string): void {
  claims.delete(claim);
  execFileSync('umount', ['--lazy', claim]);
  rmSync(claim, { recursive: true });
}

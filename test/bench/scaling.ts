import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../lib/synth/synthesize';
import { production } from '../../lib/veza/environments/production';
import { veza } from '../../lib/veza/veza';
import { median, timed } from './median';

/** What an environment costs when there are many of them: the same, if cost grows in a straight line. */
export function scalingRows(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'veza-bench-'));
  try {
    synthesizeMany(5, folder);
    const five = median(timed(5, () => synthesizeMany(5, folder))) / 5;
    const fifty = median(timed(5, () => synthesizeMany(50, folder))) / 50;
    return [
      `an environment of 5: ${five.toFixed(1)} ms, of 50: ${fifty.toFixed(1)} ms (medians of 5), ${(fifty / five).toFixed(2)} times (at most 1.3)`,
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function synthesizeMany(count: number, outdir: string): void {
  const environments = Array.from({ length: count }, (_, index) => {
    const name = `production-${index}`;
    return { ...production, name, namespace: `veza-${name}`, domain: `${name}.veza.app` };
  });
  synthesize({ platform: veza, environments, cluster: 'none', outdir, secretsDir: outdir, secretValues: () => ({}) });
}

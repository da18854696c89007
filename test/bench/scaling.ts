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
    const objects = synthesizeMany(5, folder) / 5;
    const five = median(timed(5, () => synthesizeMany(5, folder))) / 5;
    const some = Math.ceil(10_000 / objects);
    const tenThousand = median(timed(3, () => synthesizeMany(some, folder))) / 10_000;
    // This is the largest work until now; the peak includes TypeScript's compiler.
    const megabytes = process.resourceUsage().maxRSS / 1024;
    const many = median(timed(1, () => synthesizeMany(400, folder))) / 400;
    return [
      `an environment of 5: ${five.toFixed(0)} ms (median of 5; at most 45), of 400: ${many.toFixed(0)} ms (once; at most 45)`,
      `10,000 objects of ${some} environments, built, linted and written: ${tenThousand.toFixed(2)} ms an object (median of 3; at most 0.25), ${megabytes.toFixed(0)} MB (at most 400)`,
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Synthesizes environments and returns how many objects they have. */
function synthesizeMany(count: number, outdir: string): number {
  const environments = Array.from({ length: count }, (_, index) => {
    const name = `production-${index}`;
    return { ...production, name, namespace: `veza-${name}`, domain: `${name}.veza.app` };
  });
  const options = { platform: veza, environments, cluster: 'none' as const, outdir, secretsDir: outdir };
  const { files } = synthesize({ ...options, secretValues: () => ({}) });
  return files.reduce((sum, { objects }) => sum + objects, 0);
}

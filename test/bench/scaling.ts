import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { median } from './median';
import type { ManyEnvironments } from './synthesize-many';

/** What an environment costs when there are many of them: the same, if cost grows in a straight line. */
export function scalingRows(): string[] {
  // Where esbuild and the scripts of the pods are found.
  mkdirSync('node_modules/.cache/veza-bench', { recursive: true });
  const folder = mkdtempSync(resolve('node_modules/.cache/veza-bench/scaling-'));
  try {
    const five = synthesize(folder, 5, 6);
    const some = Math.ceil((10_000 * 5) / five.objects);
    const tenThousand = synthesize(folder, some, 4);
    const once = synthesize(folder, some, 1);
    const many = synthesize(folder, 400, 1);
    return [
      `an environment of 5: ${(warm(five) / 5).toFixed(0)} ms (median of 5; at most 45), of 400: ${(warm(many) / 400).toFixed(0)} ms (once; at most 45)`,
      `10,000 objects of ${some} environments, built, linted and written: ${(warm(tenThousand) / tenThousand.objects).toFixed(2)} ms an object (median of 3; at most 0.25), ${once.megabytes.toFixed(0)} MB (at most 400)`,
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The middle of the runs behind the first, if there are any. */
function warm({ runs: [first = Number.NaN, ...others] }: ManyEnvironments): number {
  return others.length === 0 ? first : median(others);
}

/** Synthesizes in a process of its own, as the command does: bundled, and with its flags of V8. */
function synthesize(folder: string, count: number, runs: number): ManyEnvironments {
  const main = join(folder, 'main.ts');
  const module = relative(folder, resolve('test/bench/synthesize-many'));
  writeFileSync(main, `import { synthesizeMany } from '${module}';\nsynthesizeMany(${count}, ${runs});\n`);
  const script = `require(${JSON.stringify(resolve('lib/cli/bundle.js'))}).runBundled(${JSON.stringify(main)})`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${count} environments: ${stderr}`);
  return JSON.parse(stdout);
}

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
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
    const megabytes = peakMegabytes(some);
    const many = median(timed(1, () => synthesizeMany(400, folder))) / 400;
    return [
      `an environment of 5: ${five.toFixed(0)} ms (median of 5; at most 45), of 400: ${many.toFixed(0)} ms (once; at most 45)`,
      `10,000 objects of ${some} environments, built, linted and written: ${tenThousand.toFixed(2)} ms an object (median of 3; at most 0.25), ${megabytes.toFixed(0)} MB (at most 400)`,
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The memory of one `veza synth` of a project with so many environments, as users run it. */
function peakMegabytes(count: number): number {
  // Where esbuild and the scripts of the pods are found.
  mkdirSync('node_modules/.cache/veza-bench', { recursive: true });
  const folder = mkdtempSync(resolve('node_modules/.cache/veza-bench/scaling-'));
  try {
    const lib = relative(folder, resolve('lib'));
    writeFileSync(
      join(folder, 'main.ts'),
      `import { runVeza } from '${lib}/cli/program';
import { production } from '${lib}/veza/environments/production';
import { veza } from '${lib}/veza/veza';
const environments = Array.from({ length: ${count} }, (_, index) => {
  const name = \`production-\${index}\`;
  return { ...production, name, namespace: \`veza-\${name}\`, domain: \`\${name}.veza.app\` };
});
runVeza({ platform: veza, environments, cluster: 'none' });
`,
    );
    const [hook, peak] = [join(folder, 'hook.cjs'), join(folder, 'peak')];
    writeFileSync(
      hook,
      `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS)))`,
    );
    const [bundle, main] = [resolve('lib/cli/bundle.js'), join(folder, 'main.ts')];
    const script = `require(${JSON.stringify(bundle)}).runBundled(${JSON.stringify(main)})`;
    const args = ['--require', hook, '-e', script];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`veza synth of ${count} environments: ${stderr}`);
    return Number(readFileSync(peak, 'utf8')) / 1024;
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

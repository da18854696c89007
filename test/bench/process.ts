import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median, timed } from './median';

/** Time and memory of a whole synth as users run it, and of the stock set-up that checks types at every synth. */
export function processRows(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'veza-bench-'));
  try {
    const ours = median(timed(10, () => start('npm', ['run', '--silent', 'synth'], { CDK8S_OUTDIR: folder })));
    const stock = median(timed(3, () => start('npx', stockSynth(folder), {})));
    return [
      `npm run synth: ${(ours / 1000).toFixed(2)} s (median of 10; at most 0.9)`,
      `npm run synth: ${peakMemory(folder)} MB in its largest Node process (at most 110)`,
      `stock set-up, cdk8s synth with ts-node and type checking: ${(stock / 1000).toFixed(2)} s (median of 3), ${(stock / ours).toFixed(1)} times ours (at least 14)`,
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function stockSynth(folder: string): string[] {
  const project = join(folder, 'tsconfig.json');
  const stock = {
    extends: resolve('tsconfig.json'),
    include: [],
    files: [resolve('main.ts')],
    'ts-node': { swc: false },
  };
  writeFileSync(project, JSON.stringify(stock));
  return ['cdk8s', 'synth', '--app', `npx ts-node --project ${project} main.ts`, '--output', join(folder, 'stock')];
}

/** Every Node process of a synth, npm's too, writes down its own peak when it ends. */
function peakMemory(folder: string): number {
  const log = join(folder, 'peaks');
  const hook = join(folder, 'hook.cjs');
  writeFileSync(
    hook,
    `process.on('exit', () => require('fs').appendFileSync(${JSON.stringify(log)}, process.resourceUsage().maxRSS + '\\n'))`,
  );
  start('npm', ['run', '--silent', 'synth'], { CDK8S_OUTDIR: folder, NODE_OPTIONS: `--require ${hook}` });
  return Math.round(Math.max(...readFileSync(log, 'utf8').trim().split('\n').map(Number)) / 1024);
}

function start(command: string, args: readonly string[], variables: Readonly<Record<string, string>>): void {
  const { status, stderr } = spawnSync(command, args, { env: { ...process.env, ...variables }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

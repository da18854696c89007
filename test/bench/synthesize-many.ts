import { resolve } from 'node:path';
import { synthesize } from '../../lib/synth/synthesize';
import { production } from '../../lib/veza/environments/production';
import { veza } from '../../lib/veza/veza';
import { timed } from './median';

/** What synthesizing environments cost, again and again in one process. */
export interface ManyEnvironments {
  /** Objects of all environments. */
  readonly objects: number;
  /** Milliseconds of each run. */
  readonly runs: readonly number[];
  /** Megabytes that the process had at most. */
  readonly megabytes: number;
}

/** Synthesizes so many environments so often, and prints what it cost as JSON. */
export function synthesizeMany(count: number, runs: number): void {
  const environments = Array.from({ length: count }, (_, index) => {
    const name = `production-${index}`;
    return { ...production, name, namespace: `veza-${name}`, domain: `${name}.veza.app` };
  });
  const [outdir, secretsDir] = ['dist', 'secrets'].map((folder) => resolve(folder)) as [string, string];
  const options = { platform: veza, environments, cluster: 'none' as const, outdir, secretsDir };
  let objects = 0;
  const times = timed(runs, () => {
    const { files } = synthesize({ ...options, secretValues: () => ({}) });
    objects = files.reduce((sum, file) => sum + file.objects, 0);
  });
  const cost: ManyEnvironments = { objects, runs: times, megabytes: process.resourceUsage().maxRSS / 1024 };
  console.log(JSON.stringify(cost));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { median } from './median';

const rounds = 9;

/** How long a change of an environment takes until `veza synth --watch` has written it. */
export async function watchRows(): Promise<string[]> {
  // Where esbuild is found, and no change is a change of this project.
  mkdirSync('node_modules/.cache/veza-bench', { recursive: true });
  const folder = mkdtempSync(resolve('node_modules/.cache/veza-bench/watch-'));
  let watch: ChildProcess | undefined;
  try {
    writeProject(folder);
    watch = spawn(process.execPath, [resolve('lib/cli/veza.js'), 'synth', '--watch'], { cwd: folder });
    const output = watch.stdout;
    if (output === null) throw new Error('the watch has no output');
    for await (const text of output.iterator({ destroyOnReturn: false })) if (/^watching /m.test(String(text))) break;
    output.resume();
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      times.push(await timeToDisk(folder, `changed-${round}`));
      await setTimeout(500);
    }
    return [
      `veza synth --watch: ${(median(times) / 1000).toFixed(2)} s from a change of an environment to dist/ (median of ${rounds}; at most 0.25), ${((times[0] ?? Number.NaN) / 1000).toFixed(2)} s the first time`,
    ];
  } finally {
    if (watch?.exitCode === null && watch.kill()) await once(watch, 'close');
    rmSync(folder, { recursive: true });
  }
}

/** The platform with an environment that is easily changed. */
function writeProject(folder: string): void {
  const lib = relative(folder, resolve('lib'));
  const from = (path: string) => `'${join(lib, path)}'`;
  writeFileSync(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: npx ts-node main.ts\n');
  writeFileSync(
    join(folder, 'main.ts'),
    `import { runVeza } from ${from('cli/program')};
import { cluster } from ${from('veza/environments/cluster')};
import { production } from ${from('veza/environments/production')};
import { veza } from ${from('veza/veza')};
import { staging } from './staging';
runVeza({ platform: veza, environments: [staging, production], cluster });
`,
  );
  writeEnvironment(folder, 'as-it-was');
}

function writeEnvironment(folder: string, client: string): void {
  const path = join(relative(folder, resolve('lib')), 'veza/environments/staging');
  writeFileSync(
    join(folder, 'staging.ts'),
    `import { staging as stated } from '${path}';
export const staging = { ...stated, settings: { ...stated.settings, GOOGLE_CLIENT_ID: '${client}' } };
`,
  );
}

async function timeToDisk(folder: string, client: string): Promise<number> {
  const start = performance.now();
  writeEnvironment(folder, client);
  while (!readFileSync(join(folder, 'dist/staging.k8s.yaml'), 'utf8').includes(client)) {
    if (performance.now() - start > 60_000) throw new Error('the watch did not write the change');
    await setTimeout(2);
  }
  return performance.now() - start;
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { project } from './manifests';

/** Variables that the program reads: none of them comes from the environment of the tests. */
const read = ['VEZA_ENV', 'VEZA_VERSION', 'CDK8S_OUTDIR'];

/** How a process ended, and what it said. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** A program bundled as `npm run synth` bundles it; returns the file to run. */
export function bundle(entry: string): string {
  const outfile = join(
    project,
    'node_modules/.cache/veza-test',
    `${process.env.JEST_WORKER_ID}-${entry.replaceAll('/', '-')}.js`,
  );
  buildSync({
    entryPoints: [join(project, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}

/** Runs a program in a folder with some environment variables, and none of those that it reads besides. */
export function runIn(
  folder: string,
  command: readonly string[],
  variables: Readonly<Record<string, string>>,
): Outcome {
  const [program = '', ...args] = command;
  const inherited = Object.entries(process.env).filter(([name]) => !read.includes(name));
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), ...variables },
    encoding: 'utf8',
  });
  return { status, stdout: lines(stdout), stderr: lines(stderr) };
}

/** Calls with a folder of its own, which is gone afterwards. */
export function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'veza-test-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The content of every file of a folder, by its name. */
export function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

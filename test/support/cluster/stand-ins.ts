import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { project } from '../manifests';

/**
 * Writes the programs `kubectl` and `helm` into a folder, for the front of a PATH. They talk to whatever cluster the
 * KUBECONFIG leads to.
 */
export function writeStandIns(folder: string, { helm = 'v3.17.2' } = {}): void {
  mkdirSync(folder, { recursive: true });
  for (const program of ['kubectl', 'helm']) {
    const file = join(folder, program);
    const script = bundled(program);
    const version = `\${HELM_STAND_IN:-${helm}}`;
    writeFileSync(file, `#!/bin/sh\nHELM_STAND_IN=${version} exec "${process.execPath}" "${script}" "$@"\n`);
    chmodSync(file, 0o755);
  }
}

/** A program as one file with all that it needs: it starts in half the time, and tests start it often. */
function bundled(program: string): string {
  const outfile = join(project, 'node_modules/.cache/veza-test', `${process.env.JEST_WORKER_ID}-${program}.js`);
  buildSync({
    entryPoints: [join(project, `test/support/cluster/bin/${program}-program.ts`)],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  return outfile;
}

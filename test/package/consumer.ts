import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { project } from '../support/manifests';

const { name, bin, dependencies, peerDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));

/** A project outside of this one that has installed the packed package, and what it declares that it needs. */
export interface Consumer {
  readonly folder: string;
  /** Folder of the installed package. */
  readonly installed: string;
  remove(): void;
}

/** Packs the package and installs it into a project of its own. */
export function installPackage(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'veza-package-'));
  const installed = join(folder, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: project, stdio: 'pipe' });
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '';
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components=1']);
  // Nothing but what the package declares, so that a dependency it forgot to declare is not found. The types of Node and
  // jest are those that `cdk8s init` installs.
  const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
  for (const dependency of [...declared, '@types/node', '@types/jest']) link(folder, dependency);
  // As npm links the command of a package that it installs.
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(join(installed, bin.veza), join(folder, 'node_modules/.bin/veza'));
  return { folder, installed, remove: () => rmSync(folder, { recursive: true }) };
}

function link(folder: string, dependency: string): void {
  const place = join(folder, 'node_modules', dependency);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(resolve(project, 'node_modules', dependency), place);
}

/** Every error that the compiler finds in the project, with the options of its tsconfig.json or of these arguments. */
export function compile({ folder }: Consumer, ...options: readonly string[]): string {
  const compiler = resolve(project, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [compiler, ...options], { cwd: folder, encoding: 'utf8' }).stdout;
}

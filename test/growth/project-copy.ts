import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { project } from '../support/manifests';

/** What is not part of the sources. */
const left = ['node_modules', 'build', 'coverage', 'secrets', '.git'];

/** A copy of this project in a temporary folder, with the same dependencies, to be changed at will. */
export class ProjectCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'veza-growth-'));

  constructor() {
    const filter = (source: string) => !left.some((name) => source === join(project, name));
    cpSync(project, this.folder, { recursive: true, filter });
    symlinkSync(join(project, 'node_modules'), join(this.folder, 'node_modules'));
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.folder, path), content);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Puts a module in the place of another, which it imports as `./<name>-before`. */
  wrap(path: string, content: string): void {
    const place = join(this.folder, path);
    renameSync(place, join(this.folder, path.replace(basename(path), `${basename(path, '.ts')}-before.ts`)));
    writeFileSync(place, content);
  }

  run(program: string, ...args: readonly string[]): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: this.folder, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

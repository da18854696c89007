import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderEnvironment } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { production } from './environments/production';
import { staging } from './environments/staging';
import { type Manifest, parseManifests } from './manifests';

/** Files of the environments that tests know, as a synth of them writes `dist`. */
export const knownFiles: Readonly<Record<string, string>> = Object.assign(
  {},
  ...[staging, production].map((environment) => renderEnvironment(veza, environment).files),
);

/** The objects of each file. */
export const knownManifests: ReadonlyMap<string, readonly Manifest[]> = new Map(
  Object.entries(knownFiles).map(([name, text]) => [name, parseManifests(text)]),
);

/** Makes a folder with these files in `dist`, and works there until the suite ends. */
export function enterKnownDist(): void {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'veza-dist-'));
  mkdirSync(join(folder, 'dist'));
  for (const [name, text] of Object.entries(knownFiles)) writeFileSync(join(folder, 'dist', name), text);
  process.chdir(folder);
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
}
